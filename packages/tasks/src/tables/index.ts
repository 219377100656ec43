export { LONGEST_ROW, type Row } from './rows.ts'
export { openTable, placeOf, type Table, type TableOptions } from './table.ts'
