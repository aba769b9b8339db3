// The part of @vscode/spdlog that VS Code uses, in plain JavaScript: the native package would have to be compiled, and
// without it every output channel stays empty. Files do not rotate: a test session is short.
const { appendFileSync, mkdirSync } = require("node:fs");
const { dirname } = require("node:path");

const NAMES = ["trace", "debug", "info", "warning", "error", "critical"];
const OFF = NAMES.length;

class Logger {
  constructor(_type, _name, file) {
    this.file = file;
    this.level = 2;
    this.isFormatted = true;
  }

  write(level, message) {
    if (level < this.level || this.level >= OFF) return;
    const time = new Date().toISOString().replace("T", " ").replace("Z", "");
    appendFileSync(this.file, this.isFormatted ? `${time} [${NAMES[level]}] ${message}\n` : message);
  }

  trace(message) {
    this.write(0, message);
  }

  debug(message) {
    this.write(1, message);
  }

  info(message) {
    this.write(2, message);
  }

  warn(message) {
    this.write(3, message);
  }

  error(message) {
    this.write(4, message);
  }

  critical(message) {
    this.write(5, message);
  }

  getLevel() {
    return this.level;
  }

  setLevel(level) {
    this.level = level;
  }

  clearFormatters() {
    this.isFormatted = false;
  }

  setPattern() {
    // One pattern is enough.
  }

  flush() {
    // Every line is written at once.
  }

  drop() {
    // Nothing is kept open.
  }
}

async function createLogger(name, file) {
  mkdirSync(dirname(file), { recursive: true });
  return new Logger("rotating", name, file);
}

exports.version = 0;
exports.setLevel = () => undefined;
exports.setFlushOn = () => undefined;
exports.Logger = Logger;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
