#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backend/wire/connection.h"
#include "backend/wire/trace.h"
#include "tests/fake_certificate.h"
#include "tests/fake_server.h"

static const ConnectionLimits limits = { .connect = 5, .handshake = 5, .read = 5 };
static const ConnectionLimits short_limits = { .connect = 1, .handshake = 1, .read = 1 };

typedef enum PinUse { PIN_NONE, PIN_RIGHT, PIN_WRONG } PinUse;

typedef struct TlsRow {
	const char *name;
	FakeCertificate certificate;
	const char *host; /* NULL: localhost */
	bool no_ca;       /* our authority is not told */
	PinUse pin;
	const char *priorities;
	const char *refusal; /* NULL: connects */
} TlsRow;

static const TlsRow tls_rows[] = {
	{ "a good certificate connects", { .dns = { "localhost" } } },
	{ "a good RSA certificate connects", { .dns = { "localhost" }, .rsa_bits = 2048 } },
	{ "one of several names connects", { .dns = { "a.example", "localhost" } } },
	{ "an upper-case host connects", { .dns = { "localhost" } }, .host = "LOCALHOST" },
	{ "a host with a trailing dot connects", { .dns = { "localhost" } }, .host = "localhost." },
	{ "an address named as an address connects", { .ip = "127.0.0.1" }, .host = "127.0.0.1" },
	{ "TLS 1.2 alone connects", { .dns = { "localhost" } },
		.priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.2" },
	{ "TLS 1.3 alone connects", { .dns = { "localhost" } },
		.priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.3" },
	{ "another host is refused", { .dns = { "other.example", "more.example" } },
		.refusal = "localhost: the certificate is for other.example, more.example; not "
			   "connected, nothing was sent" },
	{ "the right common name beside another host is refused",
		{ .dns = { "other.example" }, .name = "localhost" },
		.refusal = "the certificate is for other.example" },
	{ "a common name without names is refused", { .name = "localhost" },
		.refusal = "it has no subjectAltName" },
	{ "a wildcard for what is below is refused", { .dns = { "*.localhost" } },
		.refusal = "the certificate is for *.localhost" },
	{ "an address as a host name is refused", { .dns = { "127.0.0.1" } }, .host = "127.0.0.1",
		.refusal = "the certificate is for 127.0.0.1" },
	{ "another address is refused", { .ip = "127.0.0.2" }, .host = "127.0.0.1",
		.refusal = "the certificate is for 127.0.0.2" },
	{ "an expired certificate is refused",
		{ .dns = { "localhost" }, .from_days = -30, .to_days = -1 },
		.refusal = "the certificate expired on 20" },
	{ "a certificate of the future is refused",
		{ .dns = { "localhost" }, .from_days = 2, .to_days = 30 },
		.refusal = "the certificate is not valid before 20" },
	{ "an unknown authority is refused", { .dns = { "localhost" } }, .no_ca = true,
		.refusal = "the certificate's issuer is unknown: CN=Test Authority" },
	{ "a certificate signed by itself is refused",
		{ .dns = { "localhost" }, .self_signed = true },
		.refusal = "the certificate is signed by itself" },
	{ "a client's certificate is refused", { .dns = { "localhost" }, .client_only = true },
		.refusal = "the certificate is not made for servers" },
	{ "RSA of 1024 bits is refused", { .dns = { "localhost" }, .rsa_bits = 1024 },
		.refusal = "too weak" },
	{ "a SHA-1 signature is refused", { .dns = { "localhost" }, .digest = GNUTLS_DIG_SHA1 },
		.refusal = "too weak" },
	{ "a missing staple is refused", { .dns = { "localhost" }, .must_staple = true },
		.refusal = "was not revoked" },
	{ "TLS 1.1 is refused", { .dns = { "localhost" } },
		.priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.1",
		.refusal = "the server speaks no TLS 1.2 or newer, too old" },
	{ "a pinned key connects without an authority",
		{ .dns = { "localhost" }, .self_signed = true }, .no_ca = true, .pin = PIN_RIGHT },
	{ "a pinned key connects though expired",
		{ .dns = { "localhost" }, .from_days = -30, .to_days = -1 }, .pin = PIN_RIGHT },
	{ "a pinned key for another host is refused", { .dns = { "other.example" } },
		.pin = PIN_RIGHT, .refusal = "the certificate is for other.example" },
	{ "another key than the pinned one is refused", { .dns = { "localhost" } },
		.pin = PIN_WRONG,
		.refusal = "the server's key is not the pinned one: it is sha256:" },
	{ "a pinned key on TLS 1.1 is refused", { .dns = { "localhost" } }, .pin = PIN_RIGHT,
		.priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.1", .refusal = "too old" },
};

static const char wrong_pin[] =
	"sha256:0000000000000000000000000000000000000000000000000000000000000000";

static const FakeStep tls_steps[] = { { .tls = true }, { .send = "hello\r\n" }, { 0 } };

static Connection *
open_to(const FakeServer *server, const char *host, ServerSecurity security, const char *ca_file,
	const char *pin, const ConnectionLimits *within, GCancellable *cancel, GError **error)
{
	Server where = { .scheme = SERVER_IMAP,
		.security = security,
		.host = (char *)(host ? host : "localhost"),
		.port = fake_server_port(server) };
	ConnectionTarget target = { .server = &where, .ca_file = ca_file, .pin = pin };
	return connection_open(&target, within, cancel, NULL, error);
}

static void
assert_reads(Connection *connection, const char *text)
{
	GString *got = g_string_new(NULL);
	GError *error = NULL;
	while (got->len < strlen(text)) {
		char buffer[16];
		ssize_t count = connection_read(connection, buffer, sizeof buffer, &error);
		if (count < 0)
			fail_msg("%s", error->message);
		g_string_append_len(got, buffer, count);
	}
	assert_string_equal(got->str, text);
	g_string_free(got, TRUE);
}

static void
play_tls_row(const TlsRow *row, const FakeAuthority *authority)
{
	print_message("  %s\n", row->name);
	g_autofree char *right_pin = NULL;
	gnutls_certificate_credentials_t credentials =
		fake_credentials_new(authority, &row->certificate, &right_pin);
	FakeServer *server = fake_server_start(tls_steps, credentials, row->priorities);
	const char *pin = row->pin == PIN_RIGHT   ? right_pin
	                  : row->pin == PIN_WRONG ? wrong_pin
	                                          : NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(Connection) connection = open_to(server, row->host, SECURITY_TLS,
		row->no_ca ? NULL : authority->file, pin, &limits, NULL, &error);
	if (!row->refusal) {
		if (!connection)
			fail_msg("%s: %s", row->name, error->message);
		assert_true(connection_is_encrypted(connection));
		assert_reads(connection, "hello\r\n");
	} else {
		if (connection)
			fail_msg("%s: connected", row->name);
		assert_int_equal(error->code, ACCOUNT_ERROR_CERTIFICATE);
		if (!strstr(error->message, row->refusal))
			fail_msg("%s: %s", row->name, error->message);
	}
	connection_close(g_steal_pointer(&connection));
	fake_server_join(server);
	assert_string_equal(fake_server_log(server), "");
	fake_server_free(server);
	gnutls_certificate_free_credentials(credentials);
}

static void
every_certificate_is_judged(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tls_rows); i++)
		play_tls_row(&tls_rows[i], *state);
}

/* ---- what the other end does instead of a handshake ---- */

typedef struct StreamRow {
	const char *name;
	FakeStep steps[5];
	bool secure; /* we expect TLS */
	int code;
	const char *words;
} StreamRow;

static const StreamRow open_rows[] = {
	{ "a server without TLS is refused", { { .send = "* OK hello\r\n" } }, true,
		ACCOUNT_ERROR_CERTIFICATE, "does not speak TLS" },
	{ "a server that closes is offline", { { .cut = true } }, true, ACCOUNT_ERROR_OFFLINE,
		"closed the connection while TLS began" },
	{ "a mute server is offline", { { 0 } }, true, ACCOUNT_ERROR_OFFLINE,
		"did not answer for 1 s" },
};

static double
seconds_of_work(void)
{
	struct timespec time;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static void
a_server_without_a_handshake_is_named(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(open_rows); i++) {
		const StreamRow *row = &open_rows[i];
		print_message("  %s\n", row->name);
		FakeServer *server = fake_server_start(row->steps, NULL, NULL);
		g_autoptr(GError) error = NULL;
		double before = seconds_of_work();
		g_autoptr(Connection) connection = open_to(
			server, NULL, SECURITY_TLS, NULL, NULL, &short_limits, NULL, &error);
		assert_null(connection);
		assert_int_equal(error->code, row->code);
		assert_non_null(strstr(error->message, row->words));
		assert_true(
			seconds_of_work() - before < 0.9); /* reading the system's trust costs */
		fake_server_free(server);
	}
}

static const StreamRow read_rows[] = {
	{ "a closed stream is an error, not an end", { { .send = "x" }, { .cut = true } }, false,
		ACCOUNT_ERROR_OFFLINE, "the server closed the connection" },
	{ "silence ends by the deadline", { { .send = "x" } }, false, ACCOUNT_ERROR_OFFLINE,
		"did not answer for 1 s" },
	{ "a cut inside TLS is an error", { { .tls = true }, { .send = "x" }, { .cut = true } },
		true, ACCOUNT_ERROR_OFFLINE, "the connection was cut" },
	{ "silence inside TLS ends by the deadline", { { .tls = true }, { .send = "x" } }, true,
		ACCOUNT_ERROR_OFFLINE, "did not answer for 1 s" },
};

static void
the_end_of_a_stream_is_an_error_each_time(void **state)
{
	FakeAuthority *authority = *state;
	FakeCertificate good = { .dns = { "localhost" } };
	gnutls_certificate_credentials_t credentials = fake_credentials_new(authority, &good, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(read_rows); i++) {
		const StreamRow *row = &read_rows[i];
		print_message("  %s\n", row->name);
		FakeServer *server = fake_server_start(row->steps, credentials, NULL);
		g_autoptr(GError) error = NULL;
		Connection *connection =
			open_to(server, NULL, row->secure ? SECURITY_TLS : SECURITY_PLAIN,
				authority->file, NULL, &short_limits, NULL, &error);
		assert_non_null(connection);
		assert_reads(connection, "x");
		double before = seconds_of_work();
		for (int again = 0; again < 2; again++) {
			char byte;
			g_clear_error(&error);
			assert_int_equal(connection_read(connection, &byte, 1, &error), -1);
			assert_int_equal(error->code, row->code);
			assert_non_null(strstr(error->message, row->words));
		}
		assert_true(seconds_of_work() - before < 0.5);
		connection_close(connection);
		fake_server_free(server);
	}
	gnutls_certificate_free_credentials(credentials);
}

static void
a_trickle_of_bytes_ends_by_the_deadline(void **state)
{
	/* every byte would begin a naive deadline anew */
	FakeStep steps[21] = { 0 };
	for (int i = 0; i < 20; i += 2) {
		steps[i].send = "x";
		steps[i + 1].delay = 300;
	}
	FakeServer *server = fake_server_start(steps, NULL, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Connection) connection =
		open_to(server, NULL, SECURITY_PLAIN, NULL, NULL, &short_limits, NULL, &error);
	assert_non_null(connection);
	int taken = 0;
	char byte;
	while (connection_read(connection, &byte, 1, &error) > 0)
		taken++;
	assert_int_equal(error->code, ACCOUNT_ERROR_OFFLINE);
	assert_in_range(taken, 1, 9);
	connection_close(g_steal_pointer(&connection));
	fake_server_free(server);
}

/* ---- cancelling ---- */

static gpointer
cancel_when_blocked(gpointer data)
{
	g_usleep(50000); /* whether it blocks by then or not, the outcome is the same */
	g_cancellable_cancel(data);
	return NULL;
}

static void
a_cancel_ends_a_read_and_a_handshake(void **state)
{
	static const FakeStep mute[] = { { 0 } };
	for (int handshake = 0; handshake < 2; handshake++) {
		g_autoptr(GCancellable) cancel = g_cancellable_new();
		FakeServer *server = fake_server_start(mute, NULL, NULL);
		GThread *thread = g_thread_new("cancel", cancel_when_blocked, cancel);
		g_autoptr(GError) error = NULL;
		Connection *connection =
			open_to(server, NULL, handshake ? SECURITY_TLS : SECURITY_PLAIN, NULL, NULL,
				NULL, cancel, &error);
		char byte;
		if (connection)
			assert_int_equal(connection_read(connection, &byte, 1, &error), -1);
		assert_int_equal(error->code, ACCOUNT_ERROR_CANCELLED);
		g_thread_join(thread);
		connection_close(connection);
		fake_server_free(server);
	}
}

/* ---- reaching it ---- */

static void
a_host_that_is_not_there_is_offline(void **state)
{
	Server nowhere = { .security = SECURITY_PLAIN, .host = "nowhere.invalid", .port = 143 };
	ConnectionTarget target = { .server = &nowhere };
	g_autoptr(GError) error = NULL;
	assert_null(connection_open(&target, &limits, NULL, NULL, &error));
	assert_int_equal(error->code, ACCOUNT_ERROR_OFFLINE);
	assert_non_null(strstr(error->message, "nowhere.invalid: "));
}

static void
a_closed_port_is_offline(void **state)
{
	static const FakeStep none[] = { { 0 } };
	FakeServer *server = fake_server_start(none, NULL, NULL);
	uint16_t port = fake_server_port(server);
	fake_server_free(server);
	Server closed = { .security = SECURITY_PLAIN, .host = "127.0.0.1", .port = port };
	ConnectionTarget target = { .server = &closed };
	g_autoptr(GError) error = NULL;
	assert_null(connection_open(&target, &limits, NULL, NULL, &error));
	assert_int_equal(error->code, ACCOUNT_ERROR_OFFLINE);
	assert_non_null(strstr(error->message, "Connection refused"));
}

/* ---- both directions at once ---- */

static void
much_is_sent_while_the_server_waits_for_us_to_read(void **state)
{
	/* the server takes nothing before it has said 2 MB */
	static const FakeStep steps[] = { { .send = "0123456789abcde\n", .times = 131072 },
		{ .expect_line = "*end" }, { .send = "done\r\n" }, { 0 } };
	FakeServer *server = fake_server_start(steps, NULL, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Connection) connection =
		open_to(server, NULL, SECURITY_PLAIN, NULL, NULL, &limits, NULL, &error);
	assert_non_null(connection);
	g_autofree char *much = g_malloc(4 << 20);
	memset(much, 'x', 4 << 20);
	memcpy(much + (4 << 20) - 5, " end\n", 5);
	assert_true(connection_write(connection, much, 4 << 20, &error));
	assert_true(connection_drain(connection, &error));
	char buffer[65536];
	size_t taken = 0;
	while (taken < 2 << 20) {
		ssize_t count = connection_read(
			connection, buffer, MIN(sizeof buffer, (2 << 20) - taken), &error);
		assert_true(count > 0);
		taken += count;
	}
	assert_reads(connection, "done\r\n");
	connection_close(g_steal_pointer(&connection));
	assert_null(fake_server_join(server));
	fake_server_free(server);
}

/* ---- the trace ---- */

static void
the_trace_shows_no_secret(void **state)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("curlew-trace-XXXXXX", &path, NULL);
	close(fd);
	g_autoptr(GError) error = NULL;
	Trace *trace = trace_open(path, &error);
	assert_non_null(trace);
	static const FakeStep steps[] = { { .expect_line = "LOGIN secret" }, { 0 } };
	FakeServer *server = fake_server_start(steps, NULL, NULL);
	Server where = {
		.security = SECURITY_PLAIN, .host = "127.0.0.1", .port = fake_server_port(server)
	};
	ConnectionTarget target = { .server = &where };
	Connection *connection = connection_open(&target, &limits, NULL, trace, &error);
	connection_hide_next_write(connection);
	assert_true(connection_write(connection, "LOGIN secret\r\n", 14, &error));
	assert_true(connection_write(connection, "NOOP \033[2J\r\n", 11, &error));
	assert_true(connection_drain(connection, &error));
	connection_close(connection);
	assert_null(fake_server_join(server));
	fake_server_free(server);
	trace_close(trace);
	g_autofree char *text = NULL;
	g_file_get_contents(path, &text, NULL, NULL);
	assert_null(strstr(text, "secret"));
	assert_non_null(strstr(text, "C: ***\n"));
	assert_non_null(strstr(text, "C: NOOP \\x1b[2J\n"));
	struct stat about;
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	unlink(path);
}

static int
make_authority(void **state)
{
	*state = fake_authority_new();
	return 0;
}

static int
free_authority(void **state)
{
	fake_authority_free(*state);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_certificate_is_judged),
		cmocka_unit_test(a_server_without_a_handshake_is_named),
		cmocka_unit_test(the_end_of_a_stream_is_an_error_each_time),
		cmocka_unit_test(a_trickle_of_bytes_ends_by_the_deadline),
		cmocka_unit_test(a_cancel_ends_a_read_and_a_handshake),
		cmocka_unit_test(a_host_that_is_not_there_is_offline),
		cmocka_unit_test(a_closed_port_is_offline),
		cmocka_unit_test(much_is_sent_while_the_server_waits_for_us_to_read),
		cmocka_unit_test(the_trace_shows_no_secret),
	};
	return cmocka_run_group_tests(tests, make_authority, free_authority);
}
