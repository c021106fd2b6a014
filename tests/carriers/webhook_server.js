// A recipient's web server, as an agency would write it: it verifies each call with the packages that Standard Webhooks
// and CloudEvents publish. One argument, JSON: {"certificates": {"good": {"cert": FILE, "key": FILE}, ...},
// "client_authority": FILE, "secret": "whsec_...", "public": base64 of 32 bytes}. Prints its ports as a line of JSON:
// one for each certificate, "mutual" (which wants a client's), and "plain" (http). What is done with a call is in the path.
const fs = require('fs');
const http = require('http');
const https = require('https');
const crypto = require('crypto');
const { Webhook } = require('standardwebhooks');
const { HTTP } = require('cloudevents');

const settings = JSON.parse(process.argv[2]);
const hmac = new Webhook(settings.secret);
const ed25519 = crypto.createPublicKey({
  key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(settings.public, 'base64')]),
  format: 'der', type: 'spki',
});

const seen = { ids: {}, duplicates: 0, bad: [], paths: {}, last: null, call: null, agents: {} };

function verify(headers, body) {
  hmac.verify(body, headers);
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = headers['webhook-signature'].split(' ').find((s) => s.startsWith('v1a,'));
  if (!crypto.verify(null, Buffer.from(content), ed25519, Buffer.from(signature.slice(4), 'base64')))
    throw new Error('the ed25519 signature is wrong');
  const event = HTTP.toEvent({ headers, body });
  event.validate();
  if (event.id !== headers['webhook-id']) throw new Error('webhook-id is not the event\'s id');
  if (event.data.deliveries.length !== 1) throw new Error('not one delivery');
  const delivery = event.data.deliveries[0];
  if (`${delivery.notification}:${delivery.call || 0}` !== event.id) throw new Error('the id is not the call\'s');
  if (delivery.attempt !== event.toldattempt) throw new Error('toldattempt is not the attempt');
  return event;
}

const answers = {
  ok: (answer) => answer.writeHead(204).end(),
  status: (answer, [code]) => answer.writeHead(Number(code)).end('as you asked'),
  seconds: (answer, [code, pause]) => answer.writeHead(Number(code), { 'Retry-After': pause }).end(),
  date: (answer, [code, pause]) =>
    answer.writeHead(Number(code), { 'Retry-After': new Date(Date.now() + pause * 1000).toUTCString() }).end(),
  moved: (answer) => answer.writeHead(302, { Location: '/ok' }).end(),
  long: (answer) => answer.writeHead(200).end('x'.repeat(300000)),
  lost: (answer) => answer.socket.destroy(),
  silent: () => {},
  once: (answer) => {  // a connection is good for one message
    if (answer.socket.used) return answer.socket.destroy();
    answer.socket.used = true;
    return answer.writeHead(204).end();
  },
  half: (answer) => { answer.writeHead(200, { 'Content-Length': 100 }); answer.write('half'); },
  garbage: (answer) => answer.socket.end('SSH-2.0-none\r\n\r\n'),
};

function handle(request, answer) {
  if (request.url === '/seen') return answer.end(JSON.stringify(seen));
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const [what, ...more] = request.url.slice(1).split('/');
    seen.paths[request.url] = (seen.paths[request.url] || 0) + 1;
    seen.agents[request.headers['user-agent']] = true;
    try {
      const event = verify(request.headers, Buffer.concat(pieces).toString());
      if (seen.ids[event.id]) seen.duplicates += 1;
      (seen.ids[event.id] ||= []).push(event.toldattempt);
      seen.last = event;
      seen.call = { headers: request.headers, body: Buffer.concat(pieces).toString('base64') };
    } catch (error) {
      seen.bad.push(String(error));
    }
    answers[what](answer, more);
  });
}

const servers = { plain: http.createServer(handle) };
for (const [name, files] of Object.entries(settings.certificates))
  servers[name] = https.createServer({ cert: fs.readFileSync(files.cert), key: fs.readFileSync(files.key) }, handle);
const good = settings.certificates.good;
servers.mutual = https.createServer({
  cert: fs.readFileSync(good.cert), key: fs.readFileSync(good.key), ca: fs.readFileSync(settings.client_authority),
  requestCert: true, rejectUnauthorized: true,
}, handle);

const ports = {};
for (const [name, server] of Object.entries(servers))
  server.listen(0, '127.0.0.1', () => {
    ports[name] = server.address().port;
    if (Object.keys(ports).length === Object.keys(servers).length) console.log(JSON.stringify(ports));
  });
