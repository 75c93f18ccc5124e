/* The floor of the live benchmark: what the kernel alone costs. One thread, epoll, no checks.
 *
 * In: GET opens an event stream, POST sends its body as one event to every stream. Out: one send() a delivery; a stream
 * that doesn't take the whole frame is closed. A GET with "replay" in it gets the last KEEP events first.
 *
 * cc -O2 -o floor floor.c && ./floor PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 65536, LARGEST = 16384, KEEP = 20, EVENTS = 512 };

static int streams[MOST], count, place[MOST]; /* place[fd]: where fd stands in streams, -1 when it is none */
static char kept[KEEP][LARGEST];
static int kept_size[KEEP];
static long number;

static const char HEAD[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
                           "Connection: close\r\n\r\n:\n\n";

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int listening(int port) {
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&here, sizeof here) || listen(fd, 4096)) fail("listen");
    return fd;
}

static void drop(int fd) {
    if (place[fd] >= 0) {
        int hole = place[fd];
        streams[hole] = streams[--count];
        place[streams[hole]] = hole;
        place[fd] = -1;
    }
    close(fd);
}

static void open_stream(int fd, int replay) {
    static char first[sizeof HEAD + KEEP * LARGEST];
    size_t size = sizeof HEAD - 1;
    memcpy(first, HEAD, size);
    for (long each = number > KEEP ? number - KEEP : 0; replay && each < number; each++) {
        memcpy(first + size, kept[each % KEEP], kept_size[each % KEEP]);
        size += kept_size[each % KEEP];
    }
    if (send(fd, first, size, 0) != (ssize_t)size) return drop(fd);
    place[fd] = count;
    streams[count++] = fd;
}

static void publish(int fd, const char *body) {
    static const char DONE[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    char *frame = kept[number % KEEP];
    int size = snprintf(frame, LARGEST, "id: %ld\nevent: change\ndata: %s\n\n", number + 1, body);
    kept_size[number++ % KEEP] = size;
    for (int each = count - 1; each >= 0; each--)
        if (send(streams[each], frame, size, 0) != size) drop(streams[each]);
    if (send(fd, DONE, sizeof DONE - 1, 0) < 0) drop(fd);
}

static void answer(int fd) {
    static char asked[LARGEST];
    ssize_t size = recv(fd, asked, sizeof asked - 1, 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return drop(fd);
    asked[size] = 0;
    char *body = strstr(asked, "\r\n\r\n");
    if (asked[0] == 'G')
        open_stream(fd, strstr(asked, "replay") != NULL);
    else if (body)
        publish(fd, body + 4);
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: floor PORT\n"), 1;
    signal(SIGPIPE, SIG_IGN);
    int on = 1, listener = listening(atoi(argv[1])), epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[EVENTS];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int size = epoll_wait(epoll, ready, EVENTS, -1);
        for (int each = 0; each < size; each++) {
            if (ready[each].data.fd != listener) {
                answer(ready[each].data.fd);
                continue;
            }
            int fd;
            while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                if (fd >= MOST) {
                    close(fd);
                    continue;
                }
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                event.data.fd = fd;
                place[fd] = -1;
                epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
}
