export { exportModel } from './export-model'
