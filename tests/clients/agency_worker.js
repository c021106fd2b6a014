// An agency's worker in JavaScript, with npm's zeromq and protobufjs: takes deliveries, says that it has each, and
// acknowledges in a named person's name. It prints each frame that told sends as a line of JSON.
//
//   node agency_worker.js tcp://127.0.0.1:7711 SERVER_KEY PUBLIC_KEY SECRET_KEY "Officer A" "duty officer"
//
// Keys are Z85 (40 characters). Without a person it only receipts. It ends when a newer worker takes over.
const path = require('path');
const protobuf = require('protobufjs');
const zmq = require('zeromq');

const [endpoint, serverKey, publicKey, secretKey, person, role] = process.argv.slice(2);
const root = new protobuf.Root();
root.resolvePath = (_, file) => (file.startsWith('google/') ? file : path.join(__dirname, '../../proto', file));
root.loadSync('told/v1/gateway.proto', { keepCase: true });
const [AgencyFrame, ServiceFrame] = ['AgencyFrame', 'ServiceFrame'].map((name) => root.lookupType(`told.v1.${name}`));

const socket = new zmq.Dealer({
  curveServerKey: serverKey, curvePublicKey: publicKey, curveSecretKey: secretKey, linger: 500,
});

let beat;
let last = Promise.resolve(); // one send at a time
const say = (frame) => { last = last.then(() => socket.send(AgencyFrame.encode(AgencyFrame.fromObject(frame)).finish())); };

function answer(deliveries) {
  const named = person ? deliveries.filter((delivery) => delivery.deadline) : [];
  say({
    receipts: deliveries.map(({ notification, attempt }) => ({ notification, attempt })),
    acknowledgements: named.map(({ notification }) => ({ notification, person, role })),
    credit: deliveries.length,
  });
}

async function main() {
  const hello = () => say({ hello: { worker: 'agency_worker.js' }, credit: 64 });
  socket.connect(endpoint);
  hello();
  for await (const frames of socket) {
    const said = ServiceFrame.decode(frames[frames.length - 1]);
    if (frames[frames.length - 1].length > 0) console.log(JSON.stringify(ServiceFrame.toObject(said, { longs: Number })));
    if (said.welcome && !beat) beat = setInterval(() => say({}), said.welcome.heartbeat_ms / 3); // or told takes us for gone
    if (said.problem && said.problem.code === 'say_hello') hello(); // told has started again
    if (said.problem && ['superseded', 'revoked'].includes(said.problem.code)) process.exit(1);
    if (said.deliveries.length > 0) answer(said.deliveries);
  }
}

main();
