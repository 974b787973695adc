/* What the loader and the stand-in broker share: clocks, growing buffers, MQTT 3.1.1 packets, the load's messages. */
#ifndef WIRE_H
#define WIRE_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECT = 1, CONNACK, PUBLISH, PUBACK, SUBSCRIBE = 8, SUBACK, PINGREQ = 12, PINGRESP };

static void die(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) { /* the same clock as Python's time.monotonic() */
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static long long wall_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

typedef struct {
  unsigned char *data;
  size_t from, to, room; /* bytes from..to are waiting */
} Buffer;

static unsigned char *space(Buffer *b, size_t wanted) {
  if (b->from == b->to) b->from = b->to = 0;
  if (b->to + wanted > b->room && b->from) {
    memmove(b->data, b->data + b->from, b->to - b->from);
    b->to -= b->from, b->from = 0;
  }
  if (b->to + wanted > b->room) {
    b->room = 2 * b->room + wanted;
    if (!(b->data = realloc(b->data, b->room))) die("realloc");
  }
  return b->data + b->to;
}

static void put(Buffer *b, const void *bytes, size_t n) {
  memcpy(space(b, n), bytes, n);
  b->to += n;
}

static void put_packet(Buffer *b, int kind, int flags, const void *body, size_t n) {
  unsigned char head[5] = {kind << 4 | flags};
  size_t length = n, at = 1;
  do {
    head[at++] = (length & 0x7f) | (length > 0x7f ? 0x80 : 0);
  } while (length >>= 7);
  put(b, head, at);
  put(b, body, n);
}

static unsigned char *put_text(unsigned char *at, const char *text) {
  size_t n = strlen(text);
  *at++ = n >> 8, *at++ = n;
  memcpy(at, text, n);
  return at + n;
}

/* Write what the socket takes; 0 when the connection is gone. */
static int flush(int fd, Buffer *b) {
  while (b->from < b->to) {
    ssize_t n = write(fd, b->data + b->from, b->to - b->from);
    if (n < 0) return errno == EAGAIN;
    b->from += n;
  }
  return 1;
}

/* Read what there is; 0 when the connection is gone. */
static int fill(int fd, Buffer *b) {
  for (;;) {
    ssize_t n = read(fd, space(b, 65536), 65536);
    if (n < 0) return errno == EAGAIN;
    if (n == 0) return 0;
    b->to += n;
    if (n < 65536) return 1;
  }
}

typedef struct {
  int kind, qos, pid;
  unsigned char *body, *payload;
  size_t length, rest; /* of the body, of the payload */
} Packet;

/* Take the next whole packet out of the buffer. */
static int next_packet(Buffer *b, Packet *p) {
  unsigned char *at = b->data + b->from, *end = b->data + b->to;
  size_t length = 0, shift = 0, i = 1;
  do {
    if (at + i >= end) return 0;
    length |= (size_t)(at[i] & 0x7f) << shift;
    shift += 7;
  } while (at[i++] & 0x80);
  if (at + i + length > end) return 0;
  *p = (Packet){.kind = at[0] >> 4, .qos = at[0] >> 1 & 3, .body = at + i, .length = length};
  if (p->kind == PUBLISH) {
    size_t n = 2 + (p->body[0] << 8 | p->body[1]);
    if (p->qos) p->pid = p->body[n] << 8 | p->body[n + 1], n += 2;
    p->payload = p->body + n, p->rest = length - n;
  } else if (length >= 2) {
    p->pid = p->body[0] << 8 | p->body[1];
  }
  b->from += i + length;
  return 1;
}

/* The tails of messages: line 0 ends a birth, the others telemetry (written by tests/perf/shape.py). */
static char *tails[4096];
static int variants;

static void read_tails(const char *path) {
  FILE *f = fopen(path, "r");
  size_t room = 0;
  if (!f) die(path);
  for (variants = 0; variants < 4096 && getline(&tails[variants], &room, f) > 0; variants++, room = 0)
    tails[variants][strcspn(tails[variants], "\n")] = 0;
  fclose(f);
}

static char *number(char *at, long long n) {
  char digits[20];
  int count = 0;
  do digits[count++] = '0' + n % 10;
  while (n /= 10);
  while (count) *at++ = digits[--count];
  return at;
}

static char *text(char *at, const char *t) { return stpcpy(at, t); }

/* `{"boot":1,"seq":N,"ts":T` + middle + tail, as PUBLISH of QoS 1 to cabinets/ID/up/LEAF. */
static void put_message(Buffer *b, const char *id, const char *leaf, int pid, long long seq, const char *middle,
                        const char *tail) {
  unsigned char body[2048], *at;
  char topic[64], *end = text(text(text(text(topic, "cabinets/"), id), "/up/"), leaf);
  *end = 0;
  at = put_text(body, topic);
  *at++ = pid >> 8, *at++ = pid;
  char *c = number(text((char *)at, "{\"boot\":1,\"seq\":"), seq);
  c = text(text(number(text(c, ",\"ts\":"), wall_ms()), middle), tail);
  put_packet(b, PUBLISH, 2, body, (unsigned char *)c - body);
}

/* name=value among the arguments, or the default. */
static const char *option(int argc, char **argv, const char *name, const char *otherwise) {
  size_t n = strlen(name);
  for (int i = 1; i < argc; i++)
    if (!strncmp(argv[i], name, n) && argv[i][n] == '=') return argv[i] + n + 1;
  return otherwise;
}

#define TEXT(name, otherwise) option(argc, argv, name, otherwise)
#define NUMBER(name, otherwise) atoll(option(argc, argv, name, otherwise))
#endif
