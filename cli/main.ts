import { run } from './program';
import { processTerminal } from './terminal';

run(process.argv.slice(2), processTerminal()).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error('millwright: a defect of Millwright, please report it with what you did:');
    console.error(error);
    process.exitCode = 70;
  },
);
