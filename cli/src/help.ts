/** `tick --help` */
export const HELP = `Usage: tick COMMAND [ARGUMENT...]

Commands:
  sub [SYMBOL...]   Subscribe and print ticks as they come
  plan -f FILE      Say what applying the TickStorms in FILE would change in a cluster

Run tick COMMAND --help for a command's options.

Exit codes: 0 done or interrupted, 1 the connection or the protocol failed, 64 wrong usage;
of plan: 0 nothing would change, 1 something would, 2 an error.
`;

/** `tick sub --help` */
export const SUB_HELP = `Usage: tick sub [SYMBOL...] [OPTION...]

Subscribes to a Tick-Storm server and prints its ticks, one a line, until interrupted.
SYMBOL is a symbol (AAPL), a prefix (BTC*; quote it for the shell) or *. Without any, all symbols are printed.

Options:
  --address HOST:PORT    Server (default: TICK_ADDRESS, else localhost:8080); repeat it for several servers
  --user NAME            User name (default: TICK_USER)
  --password-file FILE   File that holds the password (default: the password itself in TICK_PASSWORD)
  --mode MODE            second: every tick (default); minute: the closing tick of each one-minute bar
  --from EPOCH:SEQUENCE  Go on behind this tick, as an earlier run printed it at its end
  --since TIME           Begin in the past: 90s, 5m (ago), or 2026-01-31T09:30:00Z
  --tls                  Speak TLS, trusting the system's authorities
  --ca FILE              Speak TLS, trusting the authorities in this PEM file
  --cert FILE, --key FILE  Speak TLS and show this certificate
  --count N              Stop after N ticks
  --json                 Print JSON, one object a line
  --retry                Keep trying when the first connection cannot be made
  --help                 Print this help

There is no option for the password itself, because other users of the machine could read it.
After a lost connection the command reconnects and goes on where it was; what the servers do not have any more
is said on standard error.

Example:
  TICK_PASSWORD=secret tick sub AAPL 'BTC*' --address localhost:8080 --user demo --count 20
`;
