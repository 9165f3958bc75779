// What a call may ask for, before anything is run for it.
export { admit, type Admission, type AskedFor } from './admission'
export { callGates, callerOf, CallGates, type Gates } from './call-gates'
export { beforeDeadline } from './deadline'
