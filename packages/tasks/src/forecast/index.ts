export { csvOf } from './csv.ts'
export { dateCodes } from './date-format.ts'
export { forecast as task } from './forecast.ts'
export { type ForecastData, seriesFor } from './load.ts'
export { pictureOf } from './pictures.ts'
export { type Forecast, forecastFrom } from './predict.ts'
export { type ForecastPreparation, preparationOf } from './preparation.ts'
export type { Series } from './series.ts'
export {
  areLevels,
  type CalendarName,
  calendarNames,
  type ForecastSettings,
  isDelimiter,
  isSplit,
} from './settings.ts'
