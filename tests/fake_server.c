#include "tests/fake_server.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE = 20, PIECE = 65536 }; /* seconds: no script takes longer */

struct FakeServer {
	const FakeStep *steps;
	gnutls_certificate_credentials_t credentials;
	const char *priorities;
	int listening;
	uint16_t port;
	GThread *thread;

	/* the server's thread only, until it was joined */
	int fd;
	gnutls_session_t tls;
	GString *input;
	GPtrArray *tags;
	char *failure;

	GMutex lock;
	GPtrArray *lines; /* under lock */
	GString *log;     /* under lock */
};

static ssize_t
receive(FakeServer *server, char *buffer, size_t size)
{
	if (!server->tls)
		return recv(server->fd, buffer, size, 0);
	ssize_t count;
	do
		count = gnutls_record_recv(server->tls, buffer, size);
	while (count == GNUTLS_E_INTERRUPTED);
	return count;
}

static bool
send_bytes(FakeServer *server, const char *bytes, size_t size)
{
	while (size) {
		ssize_t count = server->tls ? gnutls_record_send(server->tls, bytes, size)
		                            : send(server->fd, bytes, size, MSG_NOSIGNAL);
		if (count <= 0)
			return false;
		bytes += count;
		size -= count;
	}
	return true;
}

/* A line without its end; NULL: the client went. */
static char *
receive_line(FakeServer *server)
{
	char *end;
	while (!(end = memchr(server->input->str, '\n', server->input->len))) {
		char buffer[4096];
		ssize_t count = receive(server, buffer, sizeof buffer);
		if (count <= 0)
			return NULL;
		g_string_append_len(server->input, buffer, count);
	}
	char *line = g_strndup(server->input->str, end - server->input->str);
	g_string_erase(server->input, 0, end - server->input->str + 1);
	g_strchomp(line);
	g_mutex_lock(&server->lock);
	g_ptr_array_add(server->lines, g_strdup(line));
	g_string_append_printf(server->log, "%s\n", line);
	g_mutex_unlock(&server->lock);
	return line;
}

static bool
expect(FakeServer *server, const char *pattern, bool tagged)
{
	g_autofree char *line = receive_line(server);
	if (!line) {
		server->failure = g_strdup_printf("the client went; expected: %s", pattern);
		return false;
	}
	char *rest = tagged ? strchr(line, ' ') : line;
	if (!rest || !g_pattern_match_simple(pattern, tagged ? rest + 1 : rest)) {
		server->failure = g_strdup_printf("got: %s; expected: %s", line, pattern);
		return false;
	}
	if (tagged)
		g_ptr_array_add(server->tags, g_strndup(line, rest - line));
	return true;
}

static char *
with_tags(const FakeServer *server, const char *text)
{
	GString *filled = g_string_new(NULL);
	for (; *text; text++) {
		guint count = server->tags->len;
		guint which = *text != '%'     ? count
		              : text[1] == 'T' ? count - 1
		                               : (guint)(text[1] - '0');
		if (*text == '%' && which < count) {
			g_string_append(filled, g_ptr_array_index(server->tags, which));
			text++;
		} else {
			g_string_append_c(filled, *text);
		}
	}
	return g_string_free(filled, FALSE);
}

/* Whether the client took it does not matter: it may have had enough. */
static void
send_times(FakeServer *server, const char *bytes, size_t size, unsigned times)
{
	g_autoptr(GString) piece = g_string_new(NULL);
	for (unsigned i = 0; i < MAX(times, 1); i++) {
		g_string_append_len(piece, bytes, size);
		if (piece->len < PIECE && i + 1 < times)
			continue;
		if (!send_bytes(server, piece->str, piece->len))
			return;
		g_string_truncate(piece, 0);
	}
}

static bool
start_tls(FakeServer *server)
{
	gnutls_session_t session;
	gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
	const char *priorities = server->priorities ? server->priorities : "NORMAL";
	if (gnutls_priority_set_direct(session, priorities, NULL) < 0)
		server->failure = g_strdup("bad priorities");
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, server->credentials);
	gnutls_transport_set_int(session, server->fd);
	int result;
	do
		result = gnutls_handshake(session);
	while (result < 0 && !gnutls_error_is_fatal(result));
	if (result == 0) {
		server->tls = session;
		return true;
	}
	/* a client that refuses is what many tests want */
	gnutls_alert_send_appropriate(session, result);
	gnutls_deinit(session);
	return false;
}

static bool
play(FakeServer *server, const FakeStep *step)
{
	if (step->expect)
		return expect(server, step->expect, true);
	if (step->expect_line)
		return expect(server, step->expect_line, false);
	if (step->send) {
		g_autofree char *text = with_tags(server, step->send);
		send_times(server, text, strlen(text), step->times);
	}
	if (step->bytes)
		send_times(server, step->bytes, step->size, step->times);
	if (step->delay)
		g_usleep(step->delay * 1000);
	return !step->tls || start_tls(server);
}

static bool
is_end(const FakeStep *step)
{
	return !step->expect && !step->expect_line && !step->send && !step->bytes && !step->delay &&
	       !step->tls && !step->cut;
}

static void
talk(FakeServer *server)
{
	const FakeStep *step = server->steps;
	while (!is_end(step) && !step->cut && play(server, step))
		step++;
	if (step->cut)
		return;
	char *line;
	while (!server->failure && (line = receive_line(server)))
		g_free(line);
}

static gpointer
run(gpointer data)
{
	FakeServer *server = data;
	server->fd = accept(server->listening, NULL, NULL);
	if (server->fd < 0)
		return NULL;
	int on = 1;
	setsockopt(server->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	struct timeval patience = { .tv_sec = PATIENCE };
	setsockopt(server->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(server->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	talk(server);
	if (server->tls)
		gnutls_deinit(server->tls);
	close(server->fd);
	return NULL;
}

FakeServer *
fake_server_start(
	const FakeStep *steps, gnutls_certificate_credentials_t credentials, const char *priorities)
{
	FakeServer *server = g_new0(FakeServer, 1);
	server->steps = steps;
	server->credentials = credentials;
	server->priorities = priorities;
	server->input = g_string_new(NULL);
	server->tags = g_ptr_array_new_with_free_func(g_free);
	server->lines = g_ptr_array_new_with_free_func(g_free);
	server->log = g_string_new(NULL);
	g_mutex_init(&server->lock);
	server->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* as on a slow line: what does not fit must be read before more is sent */
	int small = 32768;
	setsockopt(server->listening, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	setsockopt(server->listening, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	if (bind(server->listening, (struct sockaddr *)&address, size) < 0 ||
		listen(server->listening, 1) < 0 ||
		getsockname(server->listening, (struct sockaddr *)&address, &size) < 0)
		g_error("no port for the fake server");
	server->port = ntohs(address.sin_port);
	server->thread = g_thread_new("fake server", run, server);
	return server;
}

uint16_t
fake_server_port(const FakeServer *server)
{
	return server->port;
}

bool
fake_server_heard(FakeServer *server, const char *pattern)
{
	bool heard = false;
	g_mutex_lock(&server->lock);
	for (guint i = 0; !heard && i < server->lines->len; i++) {
		const char *line = g_ptr_array_index(server->lines, i);
		const char *rest = strchr(line, ' ');
		heard = g_pattern_match_simple(pattern, line) ||
		        (rest && g_pattern_match_simple(pattern, rest + 1));
	}
	g_mutex_unlock(&server->lock);
	return heard;
}

const char *
fake_server_join(FakeServer *server)
{
	if (server->thread) {
		/* a client that never came must not hang the test */
		shutdown(server->listening, SHUT_RDWR);
		g_thread_join(server->thread);
		server->thread = NULL;
		close(server->listening);
	}
	return server->failure;
}

const char *
fake_server_log(const FakeServer *server)
{
	return server->log->str;
}

void
fake_server_free(FakeServer *server)
{
	fake_server_join(server);
	g_ptr_array_unref(server->tags);
	g_ptr_array_unref(server->lines);
	g_string_free(server->input, TRUE);
	g_string_free(server->log, TRUE);
	g_free(server->failure);
	g_mutex_clear(&server->lock);
	g_free(server);
}
