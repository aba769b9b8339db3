// What VS Code uses of @vscode/fs-copyfile: copies of files. The native package would have to be compiled, and without it the
// Git extension does not start.
const { copyFile, cp } = require("node:fs/promises");

exports.copyFile = copyFile;
exports.cp = cp;
exports.isCloneSupported = async () => false;
