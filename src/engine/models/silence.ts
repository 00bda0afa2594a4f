/**
 * Imported before onnxruntime: its builds for Linux and macOS otherwise report to their maker from version 1.30 on
 * (every session, model names and run times, with a device id kept in the user's cache) and write logs into the
 * temporary folder. It reads the real environment, which only the main thread can set: workers inherit it.
 */
process.env.ORT_DISABLE_TELEMETRY = '1'
