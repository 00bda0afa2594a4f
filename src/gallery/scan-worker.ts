/** The thread that scans large galleries, so that requests go on meanwhile. */
import { parentPort, workerData } from 'node:worker_threads'
import { createScan, type ScanTask } from './scan.ts'

/** Lane 0 is the main thread's. */
const scan = createScan(workerData.memory, 1)

parentPort?.on('message', (task: ScanTask) => parentPort?.postMessage(scan(task)))
