#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "backend/wire/connection_private.h"

enum {
	RECORD = 16384,    /* one TLS record */
	BYTE_BUYS = 10000, /* microseconds of patience for a byte: 100 bytes a second suffice */
};

void
stream_driver_refill(Connection *connection)
{
	connection->patience = connection->limits.read * G_USEC_PER_SEC;
}

static bool
fail(Connection *connection, int code, const char *sentence)
{
	if (!connection->error)
		connection->error =
			g_error_new(ACCOUNT_ERROR, code, "%s: %s", connection->host, sentence);
	return false;
}

static bool
fail_tls(Connection *connection, const char *doing, int code)
{
	if (code == GNUTLS_E_PREMATURE_TERMINATION)
		return fail(connection, ACCOUNT_ERROR_OFFLINE, "the connection was cut");
	g_autofree char *sentence = g_strdup_printf("%s failed: %s", doing, gnutls_strerror(code));
	return fail(connection, ACCOUNT_ERROR_OFFLINE, sentence);
}

/* Bytes that moved, either way, buy the server time. */
static void
moved(Connection *connection, size_t count)
{
	int64_t most = connection->limits.read * G_USEC_PER_SEC;
	int64_t bought = (int64_t)MIN(count, 1 << 20) * BYTE_BUYS;
	connection->patience = MIN(most, connection->patience + bought);
}

static void
output_done(Connection *connection, size_t count)
{
	connection->output_sent += count;
	moved(connection, count);
	if (connection->output_sent < connection->output->len)
		return;
	/* what went out may have been a password */
	gnutls_memset(connection->output->data, 0, connection->output->len);
	g_byte_array_set_size(connection->output, 0);
	connection->output_sent = 0;
}

static bool
send_tls(Connection *connection)
{
	const guint8 *from = connection->output->data + connection->output_sent;
	size_t size = MIN(connection->output->len - connection->output_sent, RECORD);
	/* a record that was half sent is finished by NULL and 0, whatever has become of the buffer */
	ssize_t count = connection->record_pending
	                        ? gnutls_record_send(connection->tls, NULL, 0)
	                        : gnutls_record_send(connection->tls, from, size);
	connection->record_pending = count == GNUTLS_E_AGAIN || count == GNUTLS_E_INTERRUPTED;
	if (connection->record_pending)
		return true;
	if (count < 0)
		return fail_tls(connection, "sending", (int)count);
	output_done(connection, count);
	return true;
}

static bool
send_clear(Connection *connection)
{
	ssize_t count = send(connection->fd, connection->output->data + connection->output_sent,
		connection->output->len - connection->output_sent, MSG_NOSIGNAL);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (count < 0)
		return fail(connection, ACCOUNT_ERROR_OFFLINE, "the connection was cut");
	output_done(connection, count);
	return true;
}

/* Sends what the socket takes now. */
static bool
send_some(Connection *connection)
{
	while (connection->output->len) {
		size_t before = connection->output->len - connection->output_sent;
		if (!(connection->tls ? send_tls(connection) : send_clear(connection)))
			return false;
		if (connection->output->len - connection->output_sent == before)
			return true;
	}
	return true;
}

/* Bytes that are there now; 0: none yet; -1: failed. */
static ssize_t
receive_some(Connection *connection, void *buffer, size_t size)
{
	if (!connection->tls) {
		ssize_t count = recv(connection->fd, buffer, size, 0);
		if (count > 0)
			return count;
		if (count < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		fail(connection, ACCOUNT_ERROR_OFFLINE,
			count == 0 ? "the server closed the connection" : "the connection was cut");
		return -1;
	}
	ssize_t count = gnutls_record_recv(connection->tls, buffer, size);
	if (count > 0)
		return count;
	if (count == 0)
		fail(connection, ACCOUNT_ERROR_OFFLINE, "the server closed the connection");
	else if (!gnutls_error_is_fatal((int)count))
		return 0; /* try again, a ticket, a warning */
	else
		fail_tls(connection, "reading", (int)count);
	return -1;
}

static bool
wait_for(Connection *connection, short events, short *came)
{
	/* GnuTLS may have to write before it can read on */
	if ((events & POLLIN) && connection->tls && gnutls_record_get_direction(connection->tls) &&
		!connection->record_pending)
		events |= POLLOUT;
	GError *error = NULL;
	*came = connection_wait(connection, connection->fd, events, &connection->patience,
		connection->limits.read, &error);
	if (*came)
		return true;
	if (connection->error)
		g_error_free(error);
	else
		connection->error = error;
	return false;
}

static ssize_t
take_early(Connection *connection, void *buffer, size_t size)
{
	GByteArray *early = connection->early;
	size_t count = MIN(size, early->len - connection->early_read);
	memcpy(buffer, early->data + connection->early_read, count);
	connection->early_read += count;
	if (connection->early_read == early->len) {
		g_byte_array_set_size(early, 0);
		connection->early_read = 0;
	}
	return count;
}

/* libetpan demands -1 at the end of the stream, never 0: with 0 it reads for ever. */
static ssize_t
driver_read(mailstream_low *low, void *buffer, size_t size)
{
	Connection *connection = low->data;
	if (connection->early->len)
		return take_early(connection, buffer, size);
	while (!connection->error) {
		/* nothing may wait in OUTPUT while we wait for its answer */
		if (!send_some(connection))
			break;
		ssize_t count = receive_some(connection, buffer, size);
		if (count < 0)
			break;
		if (count > 0) {
			moved(connection, count);
			return count;
		}
		if (connection->tls && gnutls_record_check_pending(connection->tls))
			continue;
		short came;
		if (!wait_for(connection, POLLIN | (connection->output->len ? POLLOUT : 0), &came))
			break;
	}
	return -1;
}

/* Takes all, and sends what the socket takes at once; the rest goes out while we read. */
static ssize_t
driver_write(mailstream_low *low, const void *bytes, size_t size)
{
	Connection *connection = low->data;
	if (connection->error)
		return -1;
	if (!connection->output->len)
		stream_driver_refill(connection);
	g_byte_array_append(connection->output, bytes, size);
	return send_some(connection) ? (ssize_t)size : -1;
}

static bool
receive_early(Connection *connection)
{
	GByteArray *early = connection->early;
	size_t before = early->len;
	g_byte_array_set_size(early, before + RECORD);
	ssize_t count = receive_some(connection, early->data + before, RECORD);
	g_byte_array_set_size(early, before + MAX(count, 0));
	moved(connection, MAX(count, 0));
	return count >= 0;
}

bool
stream_driver_drain(Connection *connection)
{
	while (!connection->error && connection->output->len) {
		if (!send_some(connection))
			return false;
		if (!connection->output->len)
			break;
		/* a server that waits until we read takes nothing more: read, then */
		bool room = connection->early->len < EARLY_LIMIT;
		short came;
		if (!wait_for(connection, POLLOUT | (room ? POLLIN : 0), &came))
			return false;
		if ((came & POLLIN) && !receive_early(connection))
			return false;
	}
	return !connection->error;
}

static int
driver_close(mailstream_low *low)
{
	return 0; /* connection_close does it */
}

static int
driver_fd(mailstream_low *low)
{
	Connection *connection = low->data;
	return connection->fd;
}

static void
driver_free(mailstream_low *low)
{
	free(low);
}

static void
driver_cancel(mailstream_low *low)
{
}

mailstream_low *
stream_driver_new(Connection *connection)
{
	static mailstream_low_driver driver = {
		.mailstream_read = driver_read,
		.mailstream_write = driver_write,
		.mailstream_close = driver_close,
		.mailstream_get_fd = driver_fd,
		.mailstream_free = driver_free,
		.mailstream_cancel = driver_cancel,
	};
	return mailstream_low_new(connection, &driver);
}
