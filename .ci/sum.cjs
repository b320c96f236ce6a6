// Adds up the tiers' results and prints the closing line. A tier without a result, without a test, or with a skipped one fails.
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const [folder, ...tiers] = process.argv.slice(2);
let passed = 0;
let failed = 0;
const complaints = [];
for (const tier of tiers) {
  const file = join(folder, `${tier}.json`);
  if (!existsSync(file)) {
    complaints.push(`${tier}: did not run`);
    failed += 1;
    continue;
  }
  const result = JSON.parse(readFileSync(file, 'utf8'));
  passed += result.numPassedTests;
  failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  const skipped = result.numPendingTests + result.numTodoTests;
  if (skipped > 0) complaints.push(`${tier}: ${skipped} skipped`);
  if (result.numPassedTests === 0) complaints.push(`${tier}: no test passed`);
  console.log(
    `${tier}: ${result.numPassedTests} passed, ${result.numFailedTests} failed, ${skipped} skipped in ${result.testResults.length} files`,
  );
}
for (const complaint of complaints) console.log(complaint);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || complaints.length > 0 ? 1 : 0;
