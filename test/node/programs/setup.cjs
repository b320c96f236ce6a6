const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

/** Gets the programs before the first test, outside any test's time limit. */
module.exports = () => {
  execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'programs.ts')], { stdio: ['ignore', 'inherit', 'inherit'] });
};
