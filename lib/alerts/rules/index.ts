// Pure decisions about incidents and what is said of them.
export * from './delivery'
export * from './incident'
export * from './message'
