// Pure decisions of watching.
export * from './decide'
export * from './defaults'
export * from './drift'
export * from './health'
export * from './kpi'
export * from './settings'
export * from './time'
export * from './words'
