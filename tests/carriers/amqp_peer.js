// A broker (npm rhea) that behaves as it is told: well, or in one of the ways in which brokers fail.
//   node amqp_peer.js '{"certificates": {"good": {"cert": ..., "key": ...}, ...}, "client_authority": ..., "user": ...,
//                       "password": ...}'
// prints {"ports": {behaviour: port}} on one line, then a line for each thing that happens:
//   {"took": {...}}      a message that came whole     {"opened": {...}}    a connection that was let in
//   {"settled": {...}}   what became of a reply        {"listens": {...}}   somebody attached to a reply queue
// and takes lines: {"reply": behaviour, "name": ..., "body": ..., "headers": {...}, "as": "text" | "garbage" | ...},
// {"cut": behaviour}, {"let_go": behaviour} (a message that was held back is accepted) and {"echo": number}.
const fs = require("fs");
const net = require("net");
const readline = require("readline");
const rhea = require("rhea");

const settings = JSON.parse(process.argv[2]);
const say = (what, facts) => console.log(JSON.stringify({ [what]: facts }));
const refusal = (condition, description = "no") => ({ condition, description });
const clear = { transport: "tcp" };

// message: what is done with a message. link, replies: with whoever attaches. opened: with a connection.
const behaviours = {
  good: {},
  clear: { ...clear },
  slow: { message: (it) => setTimeout(() => it.delivery.accept(), 300) },
  expired: { certificate: "expired" },
  early: { certificate: "early" },
  other_name: { certificate: "other_name" },
  self_signed: { certificate: "self_signed" },
  unknown_issuer: { certificate: "unknown_issuer" },
  mutual: { mutual: true },
  external: { mutual: true, external: true },
  only_anonymous: { anonymous: true },
  rejects: { message: (it) => it.delivery.reject(refusal("amqp:precondition-failed", "Childfamily")) },
  rejects_in_its_own_words: { message: (it) => it.delivery.reject(refusal("Childfamily:said", "Childfamily")) },
  is_full: { message: (it) => it.delivery.reject(refusal("amqp:resource-limit-exceeded")) },
  releases: { message: (it) => it.delivery.release() },
  modifies: { message: (it) => it.delivery.modified({ delivery_failed: true }) },
  says_undeliverable: { message: (it) => it.delivery.modified({ undeliverable_here: true }) },
  settles_without_a_word: { message: (it) => it.delivery.update(true, undefined) },
  accepts_and_never_settles: { message: (it) => it.delivery.update(false, rhea.message.accepted().described()) },
  accepts_late: { message: (it, held) => held.push(it.delivery) },
  closes_before_it_settles: { message: (it) => it.connection.close(refusal("amqp:connection:forced")) },
  drops_before_it_settles: { message: (it) => it.connection.socket.destroy() },
  detaches_before_it_settles: { message: (it) => it.receiver.close(refusal("amqp:link:detach-forced")) },
  never_settles: { message: () => {} },
  not_there: { link: (it) => it.receiver.close(refusal("amqp:not-found")) },
  not_allowed: { link: (it) => it.receiver.close(refusal("amqp:unauthorized-access")) },
  gives_no_credit: { window: 0 },
  // As an agency's queue and its system behind: each message is receipted, and a reply is said until it is settled.
  receipts: { receipts: new Map() },
  no_replies: { replies: (it) => it.sender.close(refusal("amqp:not-found")) },
  closes_when_opened: { opened: (it) => it.connection.close(refusal("amqp:connection:forced")) },
  opens_links_of_its_own: { opened: (it) => it.connection.open_sender("come") },
};

// What is no AMQP at all.
const raw = {
  mute: () => {},
  talks_http: (socket) => socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
  hangs_up: (socket) => socket.destroy(),
  offers_then_mute: (socket) => socket.once("data", () => socket.write(Buffer.from("AMQP\x03\x01\x00\x00", "latin1"))),
};

const senders = new Map(); // to all who have listened, by behaviour
const sockets = new Map();
const held = new Map();

function bodies(how, text) {
  const { data_section, sequence_section } = rhea.message;
  if (how === "text") return { body: text };
  if (how === "number") return { body: 42 };
  if (how === "sequence") return { body: sequence_section([text]) };
  if (how === "nothing") return { body: undefined };
  return { body: data_section(Buffer.from(text)) };
}

// Whoever takes replies: the newest one, with credit where there is one.
function listener(name) {
  const open = senders.get(name).filter((sender) => sender.is_open());
  return open.filter((sender) => sender.has_credit()).pop() || open.pop();
}

function reply({ reply: behaviour, name, body = "", headers, as = "data", settled = false }) {
  const sender = listener(behaviour);
  const tag = Buffer.from(name);
  if (as === "garbage") return sender.send(Buffer.from("\x00\x53\x75\xa0\xff no message", "latin1"), tag, 0);
  if (as === "empty") return sender.send(Buffer.from(""), tag, 0);
  const text = as === "huge" ? "x".repeat(3_000_000) : body;
  return sender.send({ ...bodies(as, text), application_properties: headers }, tag);
}

function receipt(name, behaviour, { notification, attempt }) {
  const tag = `${notification}/${attempt}`;
  const body = JSON.stringify({ receipts: [{ notification, attempt }] });
  behaviour.receipts.set(tag, body);
  if (listener(name)) reply({ reply: name, name: tag, body });
}

function serve(name, behaviour) {
  const container = rhea.create_container();
  if (behaviour.external) container.sasl_server_mechanisms = rhea.sasl.server_add_external({});
  else if (behaviour.anonymous) container.sasl_server_mechanisms.enable_anonymous();
  else container.sasl_server_mechanisms.enable_plain((user, word) => user === settings.user && word === settings.password);
  held.set(name, []);
  senders.set(name, []);
  container.on("connection_open", (it) => {
    sockets.set(name, it.connection.socket);
    const shown = it.connection.get_peer_certificate();
    say("opened", { behaviour: name, container: it.connection.container_id, host: it.connection.hostname,
                    shown: shown && shown.subject ? shown.subject.CN : "" });
    if (behaviour.opened) behaviour.opened(it);
  });
  container.on("receiver_open", (it) => {
    if (behaviour.link) return behaviour.link(it);
    it.receiver.set_target(it.receiver.target);
  });
  container.on("sender_open", (it) => {
    if (behaviour.replies) return behaviour.replies(it);
    it.sender.set_source(it.sender.source);
    senders.get(name).push(it.sender);
    say("listens", { behaviour: name, queue: it.sender.source.address });
  });
  // Whoever listens anew is told again what nobody has settled.
  const told = new WeakSet();
  container.on("sendable", (it) => {
    if (!behaviour.receipts || told.has(it.sender)) return;
    told.add(it.sender);
    for (const [tag, body] of behaviour.receipts) reply({ reply: name, name: tag, body });
  });
  container.on("message", (it) => {
    const { message } = it;
    say("took", { behaviour: name, at_ms: Date.now(), id: message.message_id, durable: message.durable, to: message.to,
                  reply_to: message.reply_to, content_type: message.content_type, subject: message.subject,
                  properties: message.application_properties, target: it.receiver.target.address,
                  secure: Boolean(it.connection.socket.encrypted), body: message.body.content.toString() });
    if (behaviour.message) behaviour.message(it, held.get(name));
    else it.delivery.accept();
    if (behaviour.receipts) receipt(name, behaviour, JSON.parse(message.body.content.toString()).data.deliveries[0]);
  });
  for (const outcome of ["accepted", "rejected", "released", "modified"])
    container.on(outcome, (it) => {
      const state = it.delivery.remote_state || {};
      const error = state.error || {};
      say("settled", { behaviour: name, name: it.delivery.tag.toString(), outcome, condition: error.condition || "",
                       description: error.description || "" });
      if (behaviour.receipts) behaviour.receipts.delete(it.delivery.tag.toString());
    });
  for (const event of ["error", "disconnected", "connection_error", "receiver_error", "sender_error", "connection_close",
                       "protocol_error", "receiver_close", "sender_close"])
    container.on(event, () => {}); // a peer that hangs up is what some of these are for
  const made = settings.certificates[behaviour.certificate || "good"];
  const server = container.listen({
    host: "127.0.0.1", port: 0, autoaccept: false, autosettle: true, treat_modified_as_released: false,
    credit_window: behaviour.window === undefined ? 100 : behaviour.window,
    transport: behaviour.transport || "tls", cert: fs.readFileSync(made.cert), key: fs.readFileSync(made.key),
    requestCert: Boolean(behaviour.mutual), rejectUnauthorized: true,
    ca: behaviour.mutual ? [fs.readFileSync(settings.client_authority)] : undefined,
  });
  server.on("tlsClientError", () => {});
  return new Promise((listening) => server.on("listening", () => listening(server.address().port)));
}

function serve_raw(handle) {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    handle(socket);
  });
  return new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(server.address().port)));
}

(async () => {
  const ports = {};
  for (const [name, behaviour] of Object.entries(behaviours)) ports[name] = await serve(name, behaviour);
  for (const [name, handle] of Object.entries(raw)) ports[name] = await serve_raw(handle);
  say("ports", ports);
  readline.createInterface({ input: process.stdin }).on("line", (line) => {
    const asked = JSON.parse(line);
    if (asked.echo) say("echo", asked.echo);
    if (asked.reply) reply(asked);
    if (asked.cut) sockets.get(asked.cut).once("close", () => say("cut", { behaviour: asked.cut })).destroy();
    if (asked.let_go) for (const delivery of held.get(asked.let_go).splice(0)) delivery.accept();
  });
})();
