#include "backend/wire/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/wire/connection_private.h"

enum { STREAM_BUFFER = 16384 };

static const ConnectionLimits default_limits = { .connect = 30, .handshake = 30, .read = 60 };

static Connection *
connection_new(const ConnectionTarget *target, const ConnectionLimits *limits, GCancellable *cancel,
	Trace *trace)
{
	Connection *connection = g_new0(Connection, 1);
	/* "mail.example.org." is the same host, but no certificate names it so */
	connection->host = g_hostname_to_ascii(target->server->host);
	if (!connection->host)
		connection->host = g_strdup(target->server->host);
	size_t length = strlen(connection->host);
	if (length > 1 && connection->host[length - 1] == '.')
		connection->host[length - 1] = '\0';
	connection->port = target->server->port;
	connection->ca_file = g_strdup(target->ca_file);
	connection->pin = g_strdup(target->pin);
	connection->limits = limits ? *limits : default_limits;
	connection->cancel = cancel ? g_object_ref(cancel) : NULL;
	connection->cancel_fd = cancel ? g_cancellable_get_fd(cancel) : -1;
	connection->trace = trace;
	connection->fd = -1;
	connection->output = g_byte_array_new();
	connection->early = g_byte_array_new();
	connection->first_byte = -1;
	stream_driver_refill(connection);
	return connection;
}

static bool
reach(Connection *connection, const Server *server, GError **error)
{
	connection->fd = connect_to_host(connection, error);
	if (connection->fd < 0)
		return false;
	g_autofree char *note =
		g_strdup_printf("connected to %s port %u", connection->host, connection->port);
	trace_note(connection->trace, note);
	connection_tell(connection, STAGE_CONNECTED, note);
	if (server->security == SECURITY_TLS && !tls_start(connection, error))
		return false;
	connection->stream = mailstream_new(stream_driver_new(connection), STREAM_BUFFER);
	return true;
}

Connection *
connection_open(const ConnectionTarget *target, const ConnectionLimits *limits,
	GCancellable *cancel, Trace *trace, GError **error)
{
	g_return_val_if_fail(target->server->host, NULL);
	g_autoptr(Connection) connection = connection_new(target, limits, cancel, trace);
	return reach(connection, target->server, error) ? g_steal_pointer(&connection) : NULL;
}

Connection *
connection_open_told(
	const ConnectionTarget *target, ConnectionOnStage on_stage, void *data, GError **error)
{
	g_return_val_if_fail(target->server->host, NULL);
	g_autoptr(Connection) connection = connection_new(target, NULL, NULL, NULL);
	connection->on_stage = on_stage;
	connection->stage_data = data;
	return reach(connection, target->server, error) ? g_steal_pointer(&connection) : NULL;
}

static void
say_goodbye(Connection *connection)
{
	/* nothing after a failed verification: the peer is not who we want to talk to */
	if (connection->stream && !connection->error && !connection->output->len)
		gnutls_bye(connection->tls, GNUTLS_SHUT_WR);
}

void
connection_close(Connection *connection)
{
	if (!connection)
		return;
	if (connection->tls) {
		say_goodbye(connection);
		gnutls_deinit(connection->tls);
	}
	if (connection->credentials)
		gnutls_certificate_free_credentials(connection->credentials);
	if (connection->stream) {
		/* mailstream_close would flush what must not be sent any more */
		connection->stream->write_buffer_len = 0;
		mailstream_close(connection->stream);
	}
	if (connection->fd >= 0)
		close(connection->fd);
	if (connection->cancel_fd >= 0)
		g_cancellable_release_fd(connection->cancel);
	g_clear_object(&connection->cancel);
	if (connection->output->len)
		gnutls_memset(connection->output->data, 0, connection->output->len);
	g_byte_array_unref(connection->output);
	g_byte_array_unref(connection->early);
	g_clear_error(&connection->error);
	g_free(connection->host);
	g_free(connection->ca_file);
	g_free(connection->pin);
	g_free(connection);
}

static bool
is_readable(const Connection *connection)
{
	char byte;
	return recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

bool
connection_start_tls(Connection *connection, GError **error)
{
	g_return_val_if_fail(!connection->tls, false);
	connection->upgrade = true;
	if (connection->stream->read_buffer_len || connection->stream->write_buffer_len ||
		connection->early->len || connection->output->len || is_readable(connection)) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_CERTIFICATE,
			"%s: the server sent data before TLS; not connected, nothing was sent",
			connection->host);
		return false;
	}
	return tls_start(connection, error);
}

bool
connection_is_encrypted(const Connection *connection)
{
	return connection->tls;
}

static bool
copy_error(const Connection *connection, GError **error)
{
	if (error && connection->error)
		*error = g_error_copy(connection->error);
	else if (error)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE,
			"%s: the connection failed", connection->host);
	return false;
}

ssize_t
connection_read(Connection *connection, void *buffer, size_t size, GError **error)
{
	if (!connection_flush(connection, error))
		return -1;
	/* asked for more than it holds, a mailstream waits for the rest */
	size_t ready = connection->stream->read_buffer_len;
	ssize_t count =
		mailstream_read(connection->stream, buffer, ready ? MIN(ready, size) : size);
	if (count > 0)
		return count;
	copy_error(connection, error);
	return -1;
}

static void
trace_write(Connection *connection, const void *bytes, size_t size)
{
	if (connection->hide)
		trace_sent(connection->trace, "***", 3);
	else
		trace_sent(connection->trace, bytes, size);
}

bool
connection_write(Connection *connection, const void *bytes, size_t size, GError **error)
{
	trace_write(connection, bytes, size);
	bool good = mailstream_write(connection->stream, bytes, size) >= 0;
	if (connection->hide && good) {
		good = mailstream_flush(connection->stream) >= 0;
		gnutls_memset(connection->stream->write_buffer, 0, STREAM_BUFFER);
	}
	connection->hide = false;
	return good || copy_error(connection, error);
}

bool
connection_flush(Connection *connection, GError **error)
{
	return mailstream_flush(connection->stream) >= 0 || copy_error(connection, error);
}

bool
connection_drain(Connection *connection, GError **error)
{
	if (!connection_flush(connection, error))
		return false;
	return stream_driver_drain(connection) || copy_error(connection, error);
}

void
connection_hide_next_write(Connection *connection)
{
	connection->hide = true;
}

void
connection_is_alive(Connection *connection)
{
	stream_driver_refill(connection);
}

bool
connection_is_quiet(const Connection *connection)
{
	struct pollfd socket = { .fd = connection->fd, .events = POLLIN | POLLRDHUP };
	return !connection->error && !connection->early->len &&
	       !connection->stream->read_buffer_len &&
	       !(connection->tls && gnutls_record_check_pending(connection->tls)) &&
	       poll(&socket, 1, 0) == 0;
}

const char *
connection_host(const Connection *connection)
{
	return connection->host;
}

Trace *
connection_trace(Connection *connection)
{
	return connection->trace;
}

mailstream *
connection_stream(Connection *connection)
{
	return connection->stream;
}
