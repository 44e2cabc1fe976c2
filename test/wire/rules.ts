// Which case holds the server to which rule of the protocol. The generator of README.md checks that each case is there.

interface Case {
  file: string;
  /** The title of the case or of its row, as the file has it. */
  title: string;
}

export interface Rule {
  id: string;
  rule: string;
  cases: readonly [Case, ...Case[]];
}

/** Cases as `file: title`; the file without `.test.ts`. */
function rule(id: string, text: string, ...cases: [string, ...string[]]): Rule {
  const [first, ...others] = cases;
  return { id, rule: text, cases: [caseOf(first), ...others.map(caseOf)] };
}

function caseOf(text: string): Case {
  const [name, ...title] = text.split(': ');
  return { file: `${name}.test.ts`, title: title.join(': ') };
}

export const rules: readonly Rule[] = [
  rule(
    'frame-bytes',
    'Frames are built and read byte for byte as by the first implementation.',
    'golden: the protocol package writes %s as the first implementation did',
    'golden: DATA_BATCH reads the same through the protocol package and through this suite',
  ),
  rule(
    'frame-split',
    'Frames may arrive split anywhere or many in one segment.',
    'segments: cut after byte %i are put together',
    'segments: of a whole conversation byte by byte are answered in order',
    'segments: that end in the middle of a segment go on in the next',
  ),
  rule(
    'frame-length',
    'A payload of 65,536 bytes is accepted; 65,537 is refused at the header.',
    'frame-faults: a payload of exactly 65,536 bytes is accepted, unknown fields and all',
    'frame-faults: the length is refused at the header, before any payload is awaited',
  ),
  rule(
    'frame-order',
    'Checks come in the order magic, version, length, checksum, state and type, protobuf, fields.',
    'frame-faults: bad magic before a bad version',
    'frame-faults: a bad version before a bad length',
    'frame-faults: the checksum is checked before the type',
    'frame-faults: the checksum is checked before the state: a broken SUBSCRIBE first gets ERROR 9, not 2',
    'frame-faults: the type is checked before the protobuf',
  ),
  rule(
    'unknown-fields',
    'Unknown protobuf fields are ignored.',
    'frame-faults: unknown fields in AUTH and HEARTBEAT are ignored',
  ),
  rule('vectors', 'Every published conversation goes as published.', 'vectors: conversations.json over %s'),

  rule(
    'auth-ack',
    'AUTH with the right credentials: ACK, "Authentication successful".',
    'golden: AUTH, then SUBSCRIBE, are accepted with the texts that clients know',
    'auth: with the right credentials gets one ACK without metadata, as the first implementation sent it',
  ),
  rule(
    'auth-wrong',
    'Wrong user or password, empty credentials, undecodable AUTH: ERROR 1, close, without a hint which part was wrong.',
    'auth: with %s: ERROR 1 and close',
    'auth: gives no hint which part was wrong',
  ),
  rule(
    'auth-limits',
    'Field limits: username 64, password 128, client_id 64, version 32.',
    'auth: takes the longest credentials that the limits allow',
    'auth: a user of 65 characters',
  ),
  rule(
    'auth-locked',
    'Too many failures from an address: ERROR 12, for the right password too; others and the user are not locked.',
    'auth: lock the address, for the right password too, and nobody else; the lock ends with the window',
    'auth: from many addresses never lock the user out',
  ),
  rule('first-frame', 'Any other frame type first: ERROR 2, close.', 'frame-faults: type %i first: ERROR 2 and close'),
  rule(
    'first-broken',
    'A malformed first frame: wrong magic closes without a word, else ERROR 10, 11 or 9.',
    'frame-faults: %s: close without a word',
    'frame-faults: a broken first frame',
  ),
  rule(
    'auth-deadline',
    'Silence, half a header or a drip-fed AUTH: close at the auth deadline.',
    'deadlines: closes a silent connection',
    'deadlines: closes one that sent half a header',
    'deadlines: closes one that drips AUTH byte by byte, however the bytes trickle',
    'deadlines: does not hold for the answer: ERROR 1 to an AUTH in time, although it comes after the deadline',
  ),
  rule(
    'later-broken',
    'After AUTH: bad magic, version, length, checksum: ERROR 8, 10, 11, 9, close.',
    'frame-faults: a broken frame after AUTH',
    'frame-faults: %s, while ticks flow: one ERROR after the batches, and close',
  ),
  rule(
    'client-type',
    'An unknown type, one that only servers send, an undecodable payload: ERROR 8, close.',
    'frame-faults: type %i: ERROR 8 and close',
    'frame-faults: an undecodable %s: ERROR 8 and close',
  ),
  rule(
    'subscribe-deadline',
    'No SUBSCRIBE in time, heartbeats or not: ERROR 6, close.',
    'deadlines: closes a connection that never subscribes: ERROR 6',
    'deadlines: also when it heartbeats',
  ),
  rule(
    'second-auth',
    'A second AUTH: ERROR 3, close.',
    'auth: a second time: ERROR 3 and close, right or wrong, subscribed or not',
  ),
  rule(
    'second-subscribe',
    'A second SUBSCRIBE: ERROR 5 for the same mode, ERROR 4 for another, close.',
    'subscribe: for the same mode: ERROR 5 and close',
    'subscribe: for the other mode: ERROR 4 and close',
  ),
  rule(
    'subscribe-ack',
    'A valid SUBSCRIBE: ACK, "Subscription confirmed".',
    'subscribe: SUBSCRIBE is accepted',
    'golden: AUTH, then SUBSCRIBE, are accepted with the texts that clients know',
  ),
  rule(
    'subscribe-bounds',
    'Mode 0 or unknown, a bad symbol, more than 100, start time or metadata out of bounds: ERROR 4, close.',
    'subscribe: SUBSCRIBE is refused with ERROR 4 and close',
    'subscribe: 101 symbols',
    'subscribe: a start time 25 hours back',
    'subscribe: 21 entries of metadata',
  ),
  rule(
    'unknown-symbol',
    'A well-formed symbol that the feed does not have is accepted and silent.',
    'subscribe: a symbol that the feed does not have stays silent while heartbeats are answered',
  ),
  rule('symbol-filters', 'Symbols filter the stream: exact, `*`, `PREFIX*`.', 'subscribe: symbols filter the stream'),

  rule(
    'heartbeat-pong',
    'HEARTBEAT at any time after AUTH: PONG that echoes timestamp and sequence.',
    'heartbeat: before SUBSCRIBE gets a PONG that echoes timestamp and sequence',
    'heartbeat: after SUBSCRIBE gets its PONG between the batches',
    'heartbeat: sequences are echoed exactly: 0, and the largest uint64',
  ),
  rule(
    'heartbeat-many',
    'Several frames in one segment are all answered, in order.',
    'heartbeat: 200 in one segment are all answered, in order',
  ),
  rule(
    'heartbeat-bad',
    'HEARTBEAT without payload, with timestamp 0, older than 24 h or more than 5 min ahead: ERROR 8, close.',
    'heartbeat: without payload',
    'heartbeat: 25 hours old',
    'heartbeat: 6 minutes ahead',
  ),
  rule(
    'heartbeat-silence',
    'A silent client: ERROR 7, close, counted from its last whole frame.',
    'deadlines: closes a silent subscriber, although ticks flow: ERROR 7 after the batches',
    'deadlines: half a frame is not a frame: ERROR 7 for a client that drips',
    'deadlines: never closes a client that heartbeats, for three times the timeout',
  ),

  rule(
    'one-error',
    'One ERROR per fault, and nothing after it.',
    'frame-faults: a second fault in the same segment gets no second ERROR, and nothing is answered after the first',
    'frame-faults: frames before the fault in the same segment are answered first',
  ),
  rule(
    'error-flushed',
    'The ERROR is delivered before the close, whatever the client still sends or however late it reads.',
    'frame-faults: lets the ERROR arrive before any reset, although the client never stops sending',
    'frame-faults: waits for a client that reads late: every batch that was sent arrives, then the ERROR',
    'frame-faults: is orderly although the client goes on sending: the ERROR arrives, no reset eats it',
  ),
  rule(
    'close-follows',
    'The close follows the ERROR although the client never closes; no descriptor is left.',
    'frame-faults: follows the ERROR although the client never closes its side, and frees the connection',
    'frame-faults: by the client leaves nothing behind, before AUTH and after',
  ),
  rule(
    'half-close',
    'What a client sent before it ended its half is answered.',
    'segments: are all answered when the client ends its side right behind them',
  ),
  rule(
    'close-reasons',
    'A close has one reason: log field, metric label and wire error say the same.',
    'close-reasons: %s is what the log, the metric and the wire say',
  ),

  rule(
    'slow-client',
    'A write queue above its bound or a write deadline that passed: by policy; `close`: ERROR 12.',
    'limits: nothing taken for the write deadline',
    'limits: write queue above its bound',
    'slow-consumers: at the bound of %s: ERROR 12 and close',
  ),
  rule(
    'server-full',
    'A full server: after the TLS handshake one ERROR 12 as a frame, close.',
    'limits: refuses one more with ERROR 12, over all workers, and takes the next once there is room',
    'tls: says after the handshake, as a frame, that the server is full',
  ),
  rule(
    'server-leaving',
    'A leaving server: GOAWAY to those who know it, then close.',
    'process: turns unready, tells clients that understand GOAWAY, and spreads the closes over the window',
    'process: flushes and closes every connection, and exits 0',
  ),
  rule(
    'address-refused',
    'An address that is not allowed: close at accept, without a byte.',
    'limits: close at accept, without a byte, what is on the block list; it wins over the allow list',
    'tls: gets no handshake, and counts as blocked and not as a failed handshake too',
  ),

  rule(
    'ticks-valid',
    'Ticks that are sent keep to the bounds; batches are never empty; times are current.',
    'stream: has valid ticks, current times and the subscription’s mode',
  ),
  rule(
    'batch-sequence',
    '`batch_sequence` grows by exactly 1, snapshots included.',
    'stream: numbers batches by exactly one, snapshots included',
  ),
  rule(
    'stream-sequence',
    '`stream_sequence` numbers ticks without gaps; `previous_sequence` chains the batches.',
    'stream: numbers the ticks of the full stream without gaps, and chains the batches',
    'stream: chains the batches of a filtered stream over the ticks of other symbols',
  ),
  rule(
    'snapshot',
    'The last tick of each symbol comes first, with `is_snapshot`.',
    'stream: starts with a snapshot: the last tick of every symbol, as of the position where the stream begins',
  ),
  rule(
    'minute',
    'MINUTE is the closing tick of each one-minute bar.',
    'minute: brings, when the minute ends, each symbol’s last tick in it, numbered as a stream of its own',
  ),
  rule(
    'start-time',
    'An earlier start time replays the history and goes live; one before it is refused.',
    'history: brings every tick since then, from the first one on, and then the live stream',
    'history: before the history: ERROR 4 that tells the earliest time, and close',
  ),
  rule(
    'features',
    'Unknown features are ignored; the ACK lists those that are granted.',
    'auth: that announces features gets those that are known, the version and the instance',
    'auth: that announces only unknown features is granted none and accepted',
  ),
  rule(
    'resume',
    'A resume position goes on right behind it; code 14 leaves the connection open; with a start time: ERROR 4.',
    'history: brings in another pod exactly what a client of %s has that stayed connected',
    'history: from a position %s: code 14 says where to start, and the connection stays',
    'history: together with a start time: ERROR 4 and close',
  ),
  rule(
    'isolation',
    'What strangers send disturbs no other client.',
    'isolation: is undisturbed while 200 garbage connections come and go',
  ),
];
