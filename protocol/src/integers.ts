import protobuf from 'protobufjs/minimal.js';

// 64-bit fields are plain numbers throughout: timestamps and sequences stay far below 2^53. Must be set
// before the generated code is evaluated, so this module is imported first where that is imported.
// What must survive above 2^53, a heartbeat's echo, is copied as bytes (pong.ts).
(protobuf.util as { Long: unknown }).Long = undefined;
protobuf.configure();
