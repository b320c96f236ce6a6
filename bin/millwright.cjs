#!/usr/bin/env node
// Estates may be TypeScript, so its loader is needed in a checkout and in an installed package alike.
require('tsx/cjs');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// A checkout runs its sources; the published package carries only what was compiled from them.
const source = join(__dirname, '..', 'cli', 'main.ts');
require(existsSync(source) ? source : join(__dirname, '..', 'build', 'cli', 'main.js'));
