// What most trainings do without: all losses and metrics, labels that are whole numbers, class weights, and the reading of
// what a file was compiled with.
// One part, so that what it shares with the rest is one part too.
export { LOSS_CLASSES } from '../losses/classes.ts'
export { METRIC_CLASSES } from '../metrics/classes.ts'
export { withClassWeights } from './classWeights.ts'
export { prepareClasses, prepareSequences } from './wholeLabels.ts'
