// The words of watching.
export * from './monitors'
export * from './reports'
