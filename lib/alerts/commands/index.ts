// Writes about incidents and channels.
export { changeChannel, createChannel, deleteChannel, testChannel, type ChannelTest } from './channels'
export { followConditions } from './conditions'
export { acknowledgeIncident, announceDeliveries, recordObservations, resolveIncident, type Changes } from './incidents'
