// One of two processes that explain at the same time: prints its rows a second.
import { forestRowsPerSecond } from './engine'
import { workload } from './workload'

const [trees, depth, backgroundRows, seconds] = process.argv.slice(2).map(Number) as [number, number, number, number]
console.log(forestRowsPerSecond(workload({ trees, depth }, backgroundRows), seconds))
