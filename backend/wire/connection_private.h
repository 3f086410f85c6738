#pragma once
/*
 * What the files of a connection share: the socket and its waits (connect.c, connection_wait.c, stream_driver.c), TLS (tls.c),
 * the mailstream on top (connection.c). Connection thread only.
 */
#include <gnutls/gnutls.h>

#include "backend/wire/connection.h"
#include "backend/wire/trace.h"

enum { EARLY_LIMIT = 16 << 20 }; /* bytes taken in while we wait to send */

/* How far an opening has come. TEXT: "192.0.2.1, 2001:db8::1" and the like. */
typedef enum ConnectionStage { STAGE_NAME, STAGE_CONNECTED, STAGE_ENCRYPTED } ConnectionStage;
typedef void (*ConnectionOnStage)(ConnectionStage done, const char *text, void *data);

struct Connection {
	/* constant after open */
	ConnectionOnStage on_stage; /* or NULL */
	void *stage_data;
	char *host;
	uint16_t port;
	char *ca_file, *pin;
	ConnectionLimits limits;
	GCancellable *cancel;
	int cancel_fd; /* -1: none */
	Trace *trace;

	/* connection thread only */
	int fd;
	mailstream *stream;
	gnutls_session_t tls; /* NULL: in clear */
	gnutls_certificate_credentials_t credentials;
	GByteArray *output; /* handed to us, not yet taken by the socket */
	size_t output_sent;
	bool record_pending; /* a TLS record of OUTPUT is half sent */
	GByteArray *early;   /* came while we waited to send */
	size_t early_read;
	int64_t patience; /* microseconds a silent server is still waited for */
	bool hide;        /* the next write is secret */
	GError *error;    /* why the stream failed; it never works again */
	int first_byte;   /* of the server in the handshake; -1: none yet */
	bool upgrade;     /* the handshake follows clear text */
};

/*
 * Waits for EVENTS on FD until *LEFT microseconds (which are counted down) are over. The events that came, or
 * 0 and an error: OFFLINE "…: no answer for N s", CANCELLED.
 */
short connection_wait(
	Connection *connection, int fd, short events, int64_t *left, int seconds, GError **error);

/* connection_open, telling each stage as it is done (`curlew doctor`). */
Connection *connection_open_told(
	const ConnectionTarget *target, ConnectionOnStage on_stage, void *data, GError **error);

static inline void
connection_tell(const Connection *connection, ConnectionStage done, const char *text)
{
	if (connection->on_stage)
		connection->on_stage(done, text, connection->stage_data);
}

/* A connected nonblocking socket to the host: all its addresses, staggered. -1 and an error. */
int connect_to_host(Connection *connection, GError **error);

/* Handshake and verification; fills connection->tls. */
bool tls_start(Connection *connection, GError **error);

/* The bottom of the mailstream. The low stream does not own CONNECTION. */
mailstream_low *stream_driver_new(Connection *connection);
/* Sends what OUTPUT holds, taking in what comes meanwhile. */
bool stream_driver_drain(Connection *connection);
/* Gives the server its whole time again (a command went out, a line came in). */
void stream_driver_refill(Connection *connection);
