// Reads `{catalogue, lines}` from standard input and prints how the entry pad understands each line, for comparison with
// the server's reading (tests/unit/portal/test_entry_pad.py).

import { interpret } from "../../../portal/components/entry_pad/interpret.js";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { catalogue, lines } = JSON.parse(Buffer.concat(chunks).toString());

const plain = (said) => ({ ...said, code: said.code?.code ?? null, outcome: said.outcome?.code ?? null });
process.stdout.write(JSON.stringify(lines.map((line) => plain(interpret(line, catalogue)))));
