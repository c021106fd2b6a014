// An agency at a broker (npm rhea): takes from its queue, and answers into the reply queue what it is told to.
//   node amqp_agency.js '{"host": ..., "port": ..., "username": ..., "password": ..., "queue": ..., "reply_queue": ...}'
// prints {"ready": true}, then {"took": {"id": ..., "attempt": ..., "durable": ..., "event": {...}}} for each message and
// {"sent": {"name": ..., "outcome": ...}} for each reply; takes {"reply": name, "body": ..., "headers": {...}}.
const readline = require("readline");
const rhea = require("rhea");

const { queue, reply_queue: reply_queue, ...where } = JSON.parse(process.argv[2]);
const say = (what, facts) => console.log(JSON.stringify({ [what]: facts }));
const read = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return text; // a dead letter may be anything
  }
};
const connection = rhea.connect({ ...where, reconnect: true });
connection.on("connection_open", () => say("ready", true));
if (queue) connection.open_receiver({ source: queue, credit_window: 500 });
const replies = reply_queue && connection.open_sender({ target: reply_queue, treat_modified_as_released: false });

rhea.on("message", ({ message, delivery }) => {
  say("took", { id: message.message_id, attempt: (message.application_properties || {}).toldattempt, durable: message.durable,
                event: read(message.body.content.toString()) });
  delivery.accept();
});
for (const outcome of ["accepted", "rejected", "released", "modified"])
  rhea.on(outcome, ({ delivery }) => say("sent", { name: delivery.tag.toString(), outcome }));
for (const event of ["disconnected", "error", "sender_error", "receiver_error", "session_error", "connection_error"])
  rhea.on(event, ({ connection: at, error }) => say("failed", { event, error: String(error || (at && at.error) || "") }));

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  if (asked.reply === undefined) return;
  replies.send({ body: rhea.message.data_section(Buffer.from(asked.body)), application_properties: asked.headers, durable: true },
               Buffer.from(asked.reply));
});
