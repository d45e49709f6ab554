// Reads a compiler's standard JSON input, writes its output. Arguments: soljson.js.
const fs = require('fs');
const compiler = require(process.argv[2]);
const compile = compiler.cwrap('solidity_compile', 'string', ['string', 'number', 'number']);
process.stdout.write(compile(fs.readFileSync(0, 'utf8'), 0, 0));
