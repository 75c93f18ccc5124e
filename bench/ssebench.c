/* The readers of the live benchmark: many event streams in one process, which counts what arrives.
 *
 * In: HOST PORT PATH READERS [TARGETS [tls]], then lines on stdin: "mark TAG FIRST COUNT SECONDS" waits until each reader has
 * all of the marks TAG:FIRST.. and reports; "open TAG COUNT SECONDS" connects all readers at once and waits until each has
 * COUNT marks of TAG (0: until each has its answer). Out: one JSON object a line. A change carries a mark at the end of
 * its text: @@TAG:NUMBER@@, four and eight digits, so a delivery counts when the whole text has arrived. Loss, duplicates
 * and disorder are counted for each reader. Times are nanoseconds of CLOCK_MONOTONIC, which other processes share.
 * With TARGETS, reader i asks for PATH with %d replaced by i modulo TARGETS, and number n is for those who asked for n modulo
 * TARGETS: whoever else gets it has a duplicate. With tls, all speak TLS and believe any certificate.
 *
 * cc -O2 -o ssebench ssebench.c                              (without TLS)
 * cc -O2 -DTLS -o ssebench ssebench.c -lssl -lcrypto
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef TLS
#include <openssl/ssl.h>
static SSL_CTX *context;
#endif

enum { MARK = 17, MARKS = 64, BUFFER = 262144, AT_ONCE = 512, EVENTS = 512 };

typedef struct {
    int fd, state;  /* 0 connecting, 1 asked, 2 answered, 3 gone */
    void *tls;
    int carried;    /* bytes of a mark that began at the end of the last read */
    char carry[MARK];
    uint64_t seen;  /* one bit for each number from `first` on */
    int last;
} reader;

static const char *host, *path;
static int port, wanted, targets;
static reader *readers;
static int epoll, opened, answered, failed, gone;
static unsigned tag;
static int first, count;
static long got, duplicates, disorder;
static uint64_t *arrived[MARKS]; /* for each number, when each reader got it */

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void close_reader(reader *one) {
    if (one->state < 2) failed++, answered++;
    one->state = 3;
    gone++;
#ifdef TLS
    SSL_free(one->tls); /* of NULL: nothing */
#endif
    close(one->fd);
}

static void watch(reader *one, unsigned events) {
    struct epoll_event event = {.events = events, .data.ptr = one};
    epoll_ctl(epoll, EPOLL_CTL_MOD, one->fd, &event);
}

static ssize_t put(reader *one, const char *data, int size) {
#ifdef TLS
    if (one->tls) return SSL_write(one->tls, data, size);
#endif
    return send(one->fd, data, size, MSG_NOSIGNAL);
}

/* As recv(): 0 at the end, -1 with EAGAIN when there is nothing yet. */
static ssize_t take(reader *one, char *data, int size) {
#ifdef TLS
    if (one->tls) {
        int taken = SSL_read(one->tls, data, size);
        if (taken > 0) return taken;
        errno = EAGAIN;
        return SSL_get_error(one->tls, taken) == SSL_ERROR_WANT_READ ? -1 : 0;
    }
#endif
    return recv(one->fd, data, size, 0);
}

/* True when this number is for this reader. */
static int meant(long who, int number) { return !targets || who % targets == number % targets; }

static long expected(void) {
    long sum = 0;
    for (int number = first; number < first + count; number++)
        for (int who = targets ? number % targets : 0; who < wanted; who += targets ? targets : 1) sum++;
    return sum;
}

static void note(reader *one, const char *mark, uint64_t time) {
    if (strtoul(mark + 2, NULL, 16) != tag) return;
    int number = atoi(mark + 7) - first;
    if (number < 0 || number >= count) return;
    uint64_t bit = 1ull << number;
    if (one->seen & bit || !meant(one - readers, number + first)) {
        duplicates++;
        return;
    }
    one->seen |= bit;
    if (number < one->last) disorder++;
    one->last = number;
    arrived[number][one - readers] = time;
    got++;
}

/* `data` has MARK bytes of room before it. */
static void scan(reader *one, char *data, ssize_t size, uint64_t time) {
    data -= one->carried;
    memcpy(data, one->carry, one->carried);
    char *at = data, *end = data + size + one->carried;
    one->carried = 0;
    while ((at = memchr(at, '@', end - at))) {
        if (end - at < MARK) {
            one->carried = end - at;
            memcpy(one->carry, at, one->carried);
            return;
        }
        int whole = at[1] == '@' && at[6] == ':' && at[15] == '@' && at[16] == '@';
        if (whole) note(one, at, time);
        at += whole ? MARK : 1;
    }
}

static void connect_next(void) {
    static unsigned source;
    int on = 1;
    reader *one = readers + opened++;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)}, from = {.sin_family = AF_INET};
    inet_pton(AF_INET, host, &to.sin_addr);
    /* many addresses of this machine: one has 28,000 ports, and those of the last run rest for a minute */
    if (!source) source = getpid() % 200;
    from.sin_addr.s_addr = htonl(0x7f000002u + (source + opened / 8000) % 250);
    *one = (reader){.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), .last = -1};
    if (one->fd < 0) perror("socket"), exit(1);
#ifdef TLS
    if (context) {
        one->tls = SSL_new(context);
        SSL_set_fd(one->tls, one->fd);
        SSL_set_tlsext_host_name(one->tls, "localhost");
        SSL_set_connect_state(one->tls);
    }
#endif
    setsockopt(one->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(one->fd, (struct sockaddr *)&from, sizeof from)) perror("bind"), exit(1);
    if (connect(one->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) perror("connect"), exit(1);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = one};
    epoll_ctl(epoll, EPOLL_CTL_ADD, one->fd, &event);
}

static void ask(reader *one) {
    char place[512], request[1024];
    snprintf(place, sizeof place, path, targets ? (int)((one - readers) % targets) : 0);
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n", place);
    if (put(one, request, size) != size) return close_reader(one);
    watch(one, EPOLLIN);
    one->state = 1;
}

static void get_ready(reader *one) {
#ifdef TLS
    int done = one->tls ? SSL_do_handshake(one->tls) : 1;
    if (done != 1) {
        int wants = SSL_get_error(one->tls, done);
        if (wants == SSL_ERROR_WANT_READ) return watch(one, EPOLLIN);
        if (wants == SSL_ERROR_WANT_WRITE) return watch(one, EPOLLOUT);
        return close_reader(one);
    }
#endif
    ask(one);
}

static void receive(reader *one) {
    static char buffer[MARK + BUFFER + 1];
    do {
        ssize_t size = take(one, buffer + MARK, BUFFER);
        uint64_t time = now();
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) return close_reader(one);
        if (one->state == 1) {
            one->state = 2;
            answered++;
            if (size < 12 || memcmp(buffer + MARK + 8, " 200", 4)) failed++;
        }
        scan(one, buffer + MARK, size, time);
    } while (one->tls); /* one record at a time: there may be another one that epoll knows nothing of */
}

static void turn(int milliseconds) {
    struct epoll_event ready[EVENTS];
    while (opened < wanted && opened - answered < AT_ONCE) connect_next();
    int size = epoll_wait(epoll, ready, EVENTS, milliseconds);
    for (int each = 0; each < size; each++) {
        reader *one = ready[each].data.ptr;
        if (one->state == 3) continue;
        if (one->state == 0)
            get_ready(one);
        else
            receive(one);
    }
}

static void begin(unsigned new_tag, int new_first, int new_count) {
    tag = new_tag, first = new_first, count = new_count;
    got = duplicates = disorder = 0;
    for (int each = 0; each < count; each++) memset(arrived[each], 0, wanted * sizeof(uint64_t));
    for (int each = 0; each < wanted; each++) readers[each].seen = 0, readers[each].last = -1;
}

static int compare(const void *one, const void *other) {
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return a < b ? -1 : a > b;
}

/* {"got": ..., "numbers": [[first, median, last], ...]}: when each number reached its first, middle and last reader */
static void report(uint64_t began) {
    printf("{\"began\":%lu,\"ended\":%lu,\"answered\":%d,\"failed\":%d,\"gone\":%d,\"got\":%ld,\"missing\":%ld,"
           "\"duplicates\":%ld,\"disorder\":%ld,\"numbers\":[",
           began, now(), answered, failed, gone, got, expected() - got, duplicates, disorder);
    uint64_t *times = malloc((wanted + 1) * sizeof *times);
    for (int number = 0; number < count; number++) {
        int size = 0;
        for (int each = 0; each < wanted; each++)
            if (arrived[number][each]) times[size++] = arrived[number][each];
        qsort(times, size, sizeof *times, compare);
        if (size) printf("%s[%lu,%lu,%lu]", number ? "," : "", times[0], times[size / 2], times[size - 1]);
        else printf("%snull", number ? "," : "");
    }
    free(times);
    printf("]}\n");
    fflush(stdout);
}

static void obey(const char *line) {
    unsigned new_tag;
    int from, many;
    double seconds;
    uint64_t began = now();
    if (sscanf(line, "open %x %d %lf", &new_tag, &many, &seconds) == 3) {
        begin(new_tag, 0, many);
        while ((opened < wanted || answered < wanted || got < expected()) && now() - began < seconds * 1e9) turn(10);
        report(began);
    } else if (sscanf(line, "mark %x %d %d %lf", &new_tag, &from, &many, &seconds) == 4) {
        begin(new_tag, from, many);
        printf("{}\n"); /* from now on marks count */
        fflush(stdout);
        while (got < expected() && now() - began < seconds * 1e9) turn(10);
        uint64_t quiet = now();
        while (now() - quiet < 200000000ull) turn(10); /* a duplicate would come now */
        report(began);
    }
}

int main(int argc, char **argv) {
    char line[256];
    if (argc < 5) return fprintf(stderr, "usage: ssebench HOST PORT PATH READERS [TARGETS [tls]]\n"), 1;
    host = argv[1], port = atoi(argv[2]), path = argv[3], wanted = atoi(argv[4]);
    targets = argc > 5 ? atoi(argv[5]) : 0;
    if (argc > 6) {
#ifdef TLS
        context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
#else
        return fprintf(stderr, "ssebench was compiled without TLS\n"), 1;
#endif
    }
    readers = calloc(wanted, sizeof *readers);
    for (int each = 0; each < MARKS; each++) arrived[each] = calloc(wanted, sizeof(uint64_t));
    epoll = epoll_create1(0);
    struct pollfd commands = {.fd = 0, .events = POLLIN};
    for (;;) {
        if (poll(&commands, 1, opened < wanted || !answered ? -1 : 0) > 0) {
            if (!fgets(line, sizeof line, stdin)) return 0;
            obey(line);
        } else
            turn(10);
    }
}
