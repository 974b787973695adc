/* A stand-in for a broker that costs next to nothing.
 *
 * stand_in sink port=0
 *   takes any connection and answers CONNECT, SUBSCRIBE and PUBLISH: what the loader can do at most.
 * stand_in flood port=0 tails=FILE cabinets=10000 window=8000 rate=0
 *   one subscriber: births of all cabinets, then telemetry round-robin at `rate` (0: as fast as it is taken), with
 *   `window` messages in flight. Prints a JSON line each second (`at`: monotonic seconds); ends when standard input does.
 * The first line on standard output is the port.
 */
#include "wire.h"

typedef struct {
  int fd;
  Buffer in, out;
} Conn;

static Conn conns[8192];
static int poll_fd, listener, cabinets, window, pid, in_flight, subscribed;
static long long said, pubacks, acks, *seqs;

static void listen_on(int port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof at;
  int on = 1;
  listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&at, size) || listen(listener, 4096)) die("listen");
  getsockname(listener, (struct sockaddr *)&at, &size);
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
  struct epoll_event e = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &e);
}

static void welcome(void) {
  int on = 1, fd = accept(listener, 0, 0);
  if (fd < 0 || fd >= 8192) die("accept");
  fcntl(fd, F_SETFL, O_NONBLOCK);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  conns[fd].fd = fd;
  conns[fd].in.from = conns[fd].in.to = conns[fd].out.from = conns[fd].out.to = 0;
  struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &e);
}

static void heed(Conn *c, const Packet *p) {
  unsigned char id[4] = {p->pid >> 8, p->pid, 1, 1};
  if (p->kind == CONNECT) put_packet(&c->out, CONNACK, 0, "\0\0", 2);
  if (p->kind == PUBLISH && p->qos) put_packet(&c->out, PUBACK, 0, id, 2);
  if (p->kind == PUBLISH) acks++;
  if (p->kind == PINGREQ) put_packet(&c->out, PINGRESP, 0, "", 0);
  if (p->kind == PUBACK) in_flight--, pubacks++;
  if (p->kind == SUBSCRIBE) { /* one code per filter */
    unsigned char answer[512] = {id[0], id[1]};
    size_t filters = 0;
    for (size_t at = 2; at + 2 < p->length; at += 3 + (p->body[at] << 8 | p->body[at + 1])) answer[2 + filters++] = 1;
    put_packet(&c->out, SUBACK, 0, answer, 2 + filters);
    subscribed = c->fd, in_flight = 0;
  }
}

static void leave(Conn *c) {
  close(c->fd);
  if (subscribed == c->fd) subscribed = 0;
  c->fd = 0;
}

/* Put what may be sent now into the subscriber's buffer. */
static void pour(double began, double rate) {
  Conn *c = &conns[subscribed];
  while (subscribed && in_flight < window && c->out.to - c->out.from < 1 << 18) {
    if (said >= cabinets && rate > 0 && said > (now() - began) * rate) return;
    int index = said % cabinets;
    long long seq = ++seqs[index];
    char id[32];
    snprintf(id, sizeof id, "BENCH-%06d", index);
    pid = pid % 65535 + 1;
    if (seq == 1)
      put_message(&c->out, id, "birth", pid, seq, ",\"conn\":1,\"holds\":[]", tails[0]);
    else
      put_message(&c->out, id, "telemetry", pid, seq, "", tails[1 + (index + seq) % (variants - 1)]);
    said++, in_flight++;
  }
}

int main(int argc, char **argv) {
  int flood = argc > 1 && !strcmp(argv[1], "flood");
  double rate = atof(TEXT("rate", "0")), began = now(), told = began;
  cabinets = NUMBER("cabinets", "10000"), window = NUMBER("window", "8000");
  if (flood) read_tails(TEXT("tails", ""));
  if (!(seqs = calloc(cabinets, sizeof *seqs))) die("calloc");
  poll_fd = epoll_create1(0);
  listen_on(NUMBER("port", "0"));
  struct epoll_event ready[512], input = {.events = EPOLLIN, .data.fd = 0};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, 0, &input);
  for (;;) {
    int n = epoll_wait(poll_fd, ready, 512, flood && subscribed && in_flight < window ? 1 : 100);
    for (int i = 0; i < n; i++) {
      int fd = ready[i].data.fd;
      Packet p;
      if (fd == 0) return 0;
      if (fd == listener) {
        welcome();
        continue;
      }
      Conn *c = &conns[fd];
      int alive = fill(fd, &c->in);
      while (next_packet(&c->in, &p)) heed(c, &p);
      if (!flush(fd, &c->out) || !alive) leave(c);
    }
    if (flood && subscribed) {
      pour(began, rate);
      if (!flush(subscribed, &conns[subscribed].out)) leave(&conns[subscribed]);
    }
    if (flood && now() - told >= 1) {
      told = now();
      printf("{\"at\":%.3f,\"said\":%lld,\"pubacks\":%lld,\"acks\":%lld}\n", told, said, pubacks, acks);
      fflush(stdout);
    }
  }
}
