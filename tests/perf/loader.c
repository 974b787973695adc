/* Cabinets as a load: many connections, many cabinets on each, QoS 1 with a window, acknowledgements counted.
 *
 * loader port=… tails=FILE cabinets=10000 connections=50 window=20 acks=1 wills=0 prefix=BENCH patience=120
 * Commands on standard input, one answer (a JSON line) to each:
 *   connect            open all connections; with acks, subscribe to every cabinet's down/ack
 *   births             one birth of every cabinet
 *   send N RATE FILE   N messages round-robin (RATE per second, 0: as fast as the window lets; FILE: times, or -)
 *   storm K            drop all connections at once, come back with a birth and K held messages each
 * A command ends when every PUBACK is there and, with acks, every cabinet is acknowledged up to its last message.
 * FILE gets two doubles per message (sent, acknowledged; monotonic seconds, 0: never) in the order of sending.
 */
#include "wire.h"
#include <sys/resource.h>

typedef struct {
  int fd, pid, in_flight, open, subscribed;
  long long next, births; /* of this command: messages sent, births sent */
  Buffer in, out;
} Conn;

typedef struct {
  long long seq, acked, first; /* last said, acknowledged, last before this command */
  char id[32];
} Cabinet;

static Conn *conns;
static Cabinet *cabinets;
static int count, connections, window, acks_on, wills, port, poll_fd, connects;
static long long pubacks, owed, behind, acks, sent;
static double *times, last_ack;
static long long timed;
static const char *prefix;

static double cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* The number after `"seq":` in an acknowledgement. */
static long long acked_seq(const Packet *p) {
  char *at = memmem(p->payload, p->rest, "\"seq\":", 6);
  return at ? atoll(at + 6) : 0;
}

static int cabinet_of(int conn, long long turn) { return conn + connections * (turn % (count / connections)); }

static void hear_ack(const Packet *p) {
  int length = (p->body[0] << 8 | p->body[1]) - 9 - 9; /* cabinets/ID/down/ack */
  char *id = (char *)p->body + 2 + 9;
  int index = length > 6 ? atoi(id + length - 6) : -1;
  if (index < 0 || index >= count) return;
  Cabinet *c = &cabinets[index];
  long long seq = acked_seq(p);
  acks++;
  if (seq <= c->acked) return;
  last_ack = now();
  for (long long s = c->acked + 1; times && s <= seq; s++) {
    long long n = (s - c->first - 1) * count + index;
    if (s > c->first && n < timed) times[2 * n + 1] = last_ack;
  }
  if (c->acked < c->seq && seq >= c->seq) behind--;
  c->acked = seq;
}

static void hear(Conn *c) {
  Packet p;
  while (next_packet(&c->in, &p)) {
    if (p.kind == PUBACK) c->in_flight--, owed--, pubacks++;
    if (p.kind == CONNACK) c->open = p.body[1] == 0;
    if (p.kind == SUBACK) c->subscribed++;
    if (p.kind == PUBLISH) hear_ack(&p);
  }
}

static void said(Cabinet *c, long long seq) {
  if (c->acked >= c->seq) behind++;
  c->seq = seq;
}

static void say(Conn *c, Cabinet *cab, const char *leaf, long long seq, const char *middle, const char *tail) {
  c->pid = c->pid % 65535 + 1;
  put_message(&c->out, cab->id, leaf, c->pid, seq, middle, tail);
  c->in_flight++, owed++, sent++;
}

static void say_birth(Conn *c, Cabinet *cab, long long held) {
  char middle[128] = "", holds[64] = "";
  if (held) snprintf(holds, sizeof holds, "[1,%lld,%lld]", cab->seq + 1, cab->seq + held);
  snprintf(middle, sizeof middle, ",\"conn\":%d,\"holds\":[%s]", connects, holds);
  long long seq = cab->seq + held + 1;
  said(cab, seq);
  say(c, cab, "birth", seq, middle, tails[0]);
}

static void say_telemetry(Conn *c, int index, long long seq) {
  say(c, &cabinets[index], "telemetry", seq, "", tails[1 + (index + seq) % (variants - 1)]);
}

static void subscribe(Conn *c, int k) {
  for (int turn = 0; turn < count / connections; turn++) {
    unsigned char body[64], *at = body;
    char filter[64];
    snprintf(filter, sizeof filter, "cabinets/%s/down/ack", cabinets[cabinet_of(k, turn)].id);
    *at++ = 0, *at++ = 1;
    at = put_text(at, filter);
    *at++ = 0;
    put_packet(&c->out, SUBSCRIBE, 2, body, at - body);
  }
}

static void open_one(int k) {
  Conn *c = &conns[k];
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int on = 1;
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to)) die("connect");
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct epoll_event e = {.events = EPOLLIN, .data.u32 = k};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &e);
  c->open = c->subscribed = c->in_flight = c->pid = 0;
  c->in.from = c->in.to = c->out.from = c->out.to = 0;
  unsigned char body[256], *at = put_text(body, "MQTT");
  char id[64], will[96];
  Cabinet *own = wills ? &cabinets[cabinet_of(k, 0)] : 0;
  own ? snprintf(id, sizeof id, "%s", own->id) : snprintf(id, sizeof id, "%s-loader-%d", prefix, k);
  *at++ = 4, *at++ = own ? 0x0e : 0x02, *at++ = 0, *at++ = 0;
  at = put_text(at, id);
  if (own) {
    snprintf(will, sizeof will, "cabinets/%s/up/will", own->id);
    at = put_text(at, will);
    snprintf(will, sizeof will, "{\"boot\":1,\"conn\":%d}", connects);
    at = put_text(at, will);
  }
  put_packet(&c->out, CONNECT, 0, body, at - body);
  if (acks_on) subscribe(c, k);
}

/* One turn: write, wait for at most `ms`, read. */
static void turn(int ms) {
  struct epoll_event ready[512];
  for (int k = 0; k < connections; k++)
    if (conns[k].out.from < conns[k].out.to && !flush(conns[k].fd, &conns[k].out)) die("write");
  int n = epoll_wait(poll_fd, ready, 512, ms);
  for (int i = 0; i < n; i++) {
    Conn *c = &conns[ready[i].data.u32];
    if (!fill(c->fd, &c->in)) fprintf(stderr, "connection %u was closed\n", ready[i].data.u32), exit(1);
    hear(c);
  }
}

static int served(void) { return owed == 0 && (!acks_on || behind == 0); }

static void write_times(const char *path) {
  FILE *f = fopen(path, "w");
  if (!f || fwrite(times, sizeof *times, 2 * timed, f) != (size_t)(2 * timed)) die(path);
  fclose(f);
  free(times);
  times = 0, timed = 0;
}

static void answer(const char *what, double began, double busy, const char *path) {
  double end = now();
  if (times) write_times(path);
  printf("{\"did\":\"%s\",\"began\":%.6f,\"seconds\":%.6f,\"last_ack\":%.6f,\"cpu\":%.6f,\"sent\":%lld,"
         "\"pubacks\":%lld,\"acks\":%lld,\"complete\":%s}\n",
         what, began, end - began, last_ack ? last_ack - began : 0, cpu() - busy, sent, pubacks, acks,
         served() ? "true" : "false");
  fflush(stdout);
  sent = pubacks = acks = 0, last_ack = 0;
}

static int all_open(void) {
  for (int k = 0; k < connections; k++)
    if (!conns[k].open || (acks_on && conns[k].subscribed < count / connections)) return 0;
  return 1;
}

static void open_all(double until) {
  connects++;
  for (int k = 0; k < connections; k++) {
    open_one(k);
    if (k % 64 == 63) turn(0);
  }
  while (!all_open() && now() < until) turn(100);
  if (!all_open()) fprintf(stderr, "the broker did not take all connections\n"), exit(1);
}

/* Births of every cabinet, then `held` messages of each that come before its birth. */
static void births(long long held, double until) {
  for (int k = 0; k < connections; k++) conns[k].next = conns[k].births = 0;
  int per = count / connections, unsaid = 1;
  while ((unsaid || !served()) && now() < until) {
    unsaid = 0;
    for (int k = 0; k < connections; k++) {
      Conn *c = &conns[k];
      for (; c->births < per && c->in_flight < window; c->births++)
        say_birth(c, &cabinets[cabinet_of(k, c->births)], held);
      for (; c->births == per && c->next < per * held && c->in_flight < window; c->next++) {
        int index = cabinet_of(k, c->next / held);
        say_telemetry(c, index, cabinets[index].seq - held + c->next % held);
      }
      unsaid |= c->births < per || c->next < per * held;
    }
    turn(unsaid ? 1 : 50);
  }
}

static void send_load(long long messages, double rate, double until) {
  double start = now();
  long long left = messages;
  for (int k = 0; k < connections; k++) conns[k].next = 0;
  while ((left || !served()) && now() < until) {
    double at = now() - start;
    for (int k = 0; k < connections; k++) {
      Conn *c = &conns[k];
      for (;; left--) {
        long long n = c->next * connections + k;
        if (n >= messages || c->in_flight >= window || (rate > 0 && n > at * rate)) break;
        int index = cabinet_of(k, c->next++);
        Cabinet *cab = &cabinets[index];
        said(cab, cab->seq + 1);
        if (times) times[2 * n] = rate > 0 ? start + n / rate : now();
        say_telemetry(c, index, cab->seq);
      }
    }
    turn(rate > 0 || left ? 1 : 50);
  }
}

static void obey(char *line, double patience) {
  long long n = 0;
  double rate = 0, began, busy = cpu();
  char path[1024] = "-", what[16] = "";
  sscanf(line, "%15s %lld %lf %1023s", what, &n, &rate, path);
  for (int i = 0; i < count; i++) cabinets[i].first = cabinets[i].seq;
  if (!strcmp(what, "send") && path[0] != '-' && !(times = calloc(2 * n, sizeof *times))) die("calloc");
  timed = times ? n : 0;
  began = now();
  if (!strcmp(what, "connect")) open_all(began + patience);
  if (!strcmp(what, "births")) births(0, began + patience);
  if (!strcmp(what, "send")) send_load(n, rate, began + patience + (rate > 0 ? n / rate : 0));
  if (!strcmp(what, "storm")) {
    for (int k = 0; k < connections; k++) {
      struct linger now_ = {1, 0};
      setsockopt(conns[k].fd, SOL_SOCKET, SO_LINGER, &now_, sizeof now_);
      close(conns[k].fd);
    }
    open_all(began + patience);
    births(n, began + patience);
  }
  answer(what, began, busy, path);
}

int main(int argc, char **argv) {
  port = NUMBER("port", "1883"), count = NUMBER("cabinets", "10000"), connections = NUMBER("connections", "50");
  window = NUMBER("window", "20"), acks_on = NUMBER("acks", "1"), wills = NUMBER("wills", "0");
  prefix = TEXT("prefix", "BENCH");
  double patience = NUMBER("patience", "120");
  if (count % connections) fprintf(stderr, "cabinets must be a multiple of connections\n"), exit(2);
  read_tails(TEXT("tails", ""));
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (!(conns = calloc(connections, sizeof *conns)) || !(cabinets = calloc(count, sizeof *cabinets))) die("calloc");
  for (int i = 0; i < count; i++) snprintf(cabinets[i].id, sizeof cabinets[i].id, "%s-%06d", prefix, i);
  poll_fd = epoll_create1(0);
  char line[2048];
  while (fgets(line, sizeof line, stdin)) obey(line, patience);
  return 0;
}
