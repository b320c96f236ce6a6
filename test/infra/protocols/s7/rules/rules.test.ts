import { readdirSync } from 'node:fs';

// The cases of every rule stand in a file of its own. One file runs them all: loading the model takes longer than the cases of a rule.
for (const file of readdirSync(__dirname).sort()) {
  if (file.endsWith('.cases.ts')) require(`./${file}`);
}
