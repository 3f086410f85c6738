#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/wire/connection_private.h"

enum {
	ADDRESSES = 8,    /* tried at most */
	STAGGER = 250000, /* microseconds before the next address is tried beside (RFC 8305) */
};

/* getaddrinfo cannot be ended, so it runs on a thread that is left behind when nobody waits any more. */
typedef struct Lookup {
	gatomicrefcount count;
	int fd; /* eventfd: written when done */
	char *host;
	char port[8];
	int failure; /* EAI_*; valid when done, as is LIST */
	struct addrinfo *list;
} Lookup;

static void
lookup_unref(Lookup *lookup)
{
	if (!g_atomic_ref_count_dec(&lookup->count))
		return;
	if (lookup->list)
		freeaddrinfo(lookup->list);
	close(lookup->fd);
	g_free(lookup->host);
	g_free(lookup);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lookup, lookup_unref)

static gpointer
lookup_run(gpointer data)
{
	Lookup *lookup = data;
	const struct addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG };
	lookup->failure = getaddrinfo(lookup->host, lookup->port, &hints, &lookup->list);
	eventfd_write(lookup->fd, 1);
	lookup_unref(lookup);
	return NULL;
}

static Lookup *
lookup_start(const Connection *connection)
{
	Lookup *lookup = g_new0(Lookup, 1);
	g_atomic_ref_count_init(&lookup->count);
	lookup->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	lookup->host = g_strdup(connection->host);
	g_snprintf(lookup->port, sizeof lookup->port, "%u", connection->port);
	const struct addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV | AI_NUMERICHOST };
	if (getaddrinfo(lookup->host, lookup->port, &hints, &lookup->list) == 0) {
		eventfd_write(lookup->fd, 1);
		return lookup;
	}
	g_atomic_ref_count_inc(&lookup->count);
	GThread *thread = g_thread_try_new("lookup", lookup_run, lookup, NULL);
	if (thread)
		g_thread_unref(thread);
	else
		lookup_run(lookup);
	return lookup;
}

static Lookup *
look_up(Connection *connection, int64_t *left, GError **error)
{
	g_autoptr(Lookup) lookup = lookup_start(connection);
	if (!connection_wait(
		    connection, lookup->fd, POLLIN, left, connection->limits.connect, error)) {
		if (error && g_error_matches(*error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE)) {
			g_clear_error(error);
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE,
				"%s: the name server does not answer", connection->host);
		}
		return NULL;
	}
	if (lookup->failure == 0 && lookup->list)
		return g_steal_pointer(&lookup);
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE, "%s: no address found: %s",
		connection->host,
		lookup->failure == EAI_SYSTEM ? g_strerror(errno) : gai_strerror(lookup->failure));
	return NULL;
}

static void
tell_addresses(const Connection *connection, const struct addrinfo *list)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (; list; list = list->ai_next) {
		char address[NI_MAXHOST];
		if (getnameinfo(list->ai_addr, list->ai_addrlen, address, sizeof address, NULL, 0,
			    NI_NUMERICHOST) == 0)
			g_string_append_printf(text, "%s%s", text->len ? ", " : "", address);
	}
	connection_tell(connection, STAGE_NAME, text->str);
}

/* Attempts that run side by side; the first that stands wins. */
typedef struct Race {
	struct pollfd sockets[ADDRESSES + 1];
	int count, running;
	int failure; /* errno of the last attempt that failed */
} Race;

static void
race_begin(Race *race, const struct addrinfo *address)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, address->ai_addr, address->ai_addrlen) < 0 &&
		errno != EINPROGRESS) {
		int saved = errno;
		close(fd);
		errno = saved;
		fd = -1;
	}
	if (fd < 0) {
		race->failure = errno;
		return;
	}
	race->sockets[race->count++] = (struct pollfd){ .fd = fd, .events = POLLOUT };
	race->running++;
}

static void
race_drop(Race *race, int which)
{
	close(race->sockets[which].fd);
	race->sockets[which].fd = -1;
	race->running--;
}

/* The socket that stands, or -1. */
static int
race_winner(Race *race)
{
	for (int i = 0; i < race->count; i++) {
		if (race->sockets[i].fd < 0 || !race->sockets[i].revents)
			continue;
		int failure = 0;
		socklen_t size = sizeof failure;
		getsockopt(race->sockets[i].fd, SOL_SOCKET, SO_ERROR, &failure, &size);
		if (!failure) {
			int fd = race->sockets[i].fd;
			race->sockets[i].fd = -1;
			race->running--;
			return fd;
		}
		race->failure = failure;
		race_drop(race, i);
	}
	return -1;
}

static void
race_end(Race *race)
{
	for (int i = 0; i < race->count; i++)
		if (race->sockets[i].fd >= 0)
			race_drop(race, i);
}

static bool
race_poll(Race *race, Connection *connection, int64_t left, GError **error)
{
	race->sockets[race->count] =
		(struct pollfd){ .fd = connection->cancel_fd, .events = POLLIN };
	poll(race->sockets, race->count + 1, (int)((left + 999) / 1000));
	if (!g_cancellable_is_cancelled(connection->cancel))
		return true;
	g_set_error(
		error, ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED, "%s: cancelled", connection->host);
	return false;
}

static int
race_run(Race *race, const struct addrinfo *next, Connection *connection, int64_t left,
	GError **error)
{
	int64_t end = g_get_monotonic_time() + left, begin_next = 0;
	while (true) {
		int64_t now = g_get_monotonic_time();
		if (next && race->count < ADDRESSES && (now >= begin_next || !race->running)) {
			race_begin(race, next);
			next = next->ai_next;
			begin_next = now + STAGGER;
			continue;
		}
		if (!race->running || now >= end)
			break;
		int64_t until = next && race->count < ADDRESSES ? MIN(begin_next, end) : end;
		if (!race_poll(race, connection, until - now, error))
			return -1;
		int fd = race_winner(race);
		if (fd >= 0)
			return fd;
	}
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE,
		"%s: cannot connect to port %u: %s", connection->host, connection->port,
		race->running ? "no answer" : g_strerror(race->failure));
	return -1;
}

int
connect_to_host(Connection *connection, GError **error)
{
	int64_t left = connection->limits.connect * G_USEC_PER_SEC;
	GError *failure = NULL;
	g_autoptr(Lookup) lookup = look_up(connection, &left, &failure);
	if (!lookup) {
		g_propagate_error(error, failure);
		return -1;
	}
	tell_addresses(connection, lookup->list);
	Race race = { 0 };
	int fd = race_run(&race, lookup->list, connection, left, error);
	race_end(&race);
	if (fd < 0)
		return -1;
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	return fd;
}
