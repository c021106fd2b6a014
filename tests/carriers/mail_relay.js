// A mail relay (npm smtp-server) that behaves as it is told: well, or in one of the ways in which relays fail.
//   node mail_relay.js '{"certificates": {"good": {"cert": ..., "key": ...}, ...}, "user": "...", "password": "..."}'
// prints {"ports": {behaviour: port}} on one line, then a line for each mail that it took:
// {"behaviour": ..., "from": ..., "to": [...], "secure": true, "user": ..., "text": ...}
const fs = require("fs");
const { SMTPServer } = require("smtp-server");

const settings = JSON.parse(process.argv[2]);
const refusal = (code, words) => Object.assign(new Error(words), { responseCode: code });

const behaviours = {
  good: {},
  implicit: { secure: true },
  clear: { hideSTARTTLS: true, disabledCommands: ["STARTTLS", "AUTH"], authOptional: true },
  without_starttls: { hideSTARTTLS: true, disabledCommands: ["STARTTLS"], authOptional: true },
  wants_login: { authOptional: false },
  expired: { certificate: "expired" },
  other_name: { certificate: "other_name" },
  self_signed: { certificate: "self_signed" },
  unknown_issuer: { certificate: "unknown_issuer" },
  unknown_mailbox: { onRcptTo: (address, session, done) => done(refusal(550, "5.1.1 no such mailbox")) },
  greylisting: { onRcptTo: (address, session, done) => done(refusal(451, "4.7.1 come back later")) },
  full: { after: (stream, session, done) => done(refusal(452, "4.3.1 disk is full")) },
  refuses_content: { after: (stream, session, done) => done(refusal(554, "5.7.1 not wanted")) },
  drops_at_rcpt: { onRcptTo: (address, session) => drop(session) },
  drops_after_the_dot: { after: (stream, session) => drop(session) },
  silent_after_the_dot: { after: () => {} },
  silent_at_rcpt: { onRcptTo: () => {} },
  slow: { onRcptTo: (address, session, done) => setTimeout(done, 300) },
};

const sockets = new Map(); // by the session's address and port
const key = (where) => `${where.remoteAddress}:${where.remotePort}`;
const drop = (session) => sockets.get(key(session)).destroy();

async function serve(name, behaviour) {
  const made = settings.certificates[behaviour.certificate || "good"];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    closeTimeout: 100,
    ...behaviour,
    cert: fs.readFileSync(made.cert),
    key: fs.readFileSync(made.key),
    onAuth: (auth, session, done) =>
      auth.username === settings.user && auth.password === settings.password
        ? done(null, { user: auth.username })
        : done(refusal(535, "5.7.8 wrong")),
    onData(stream, session, done) {
      let text = "";
      stream.on("data", (bytes) => (text += bytes));
      stream.on("end", () => {
        if (behaviour.after) return behaviour.after(stream, session, done);
        const { mailFrom, rcptTo } = session.envelope;
        console.log(JSON.stringify({
          behaviour: name, from: mailFrom.address, to: rcptTo.map((r) => r.address), secure: session.secure,
          user: session.user, text,
        }));
        done();
      });
    },
  });
  server.on("error", () => {}); // a peer that hangs up is what some of these are for
  server.server.on("connection", (socket) => sockets.set(key(socket), socket));
  return new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(server.server.address().port)));
}

(async () => {
  const ports = {};
  for (const [name, behaviour] of Object.entries(behaviours)) ports[name] = await serve(name, behaviour);
  console.log(JSON.stringify({ ports }));
})();
