#pragma once
/*
 * One connection to a server: TCP to all its addresses in turn, TLS by GnuTLS with explicit verification
 * after every handshake, deadlines, cancel. Presented to libetpan as a mailstream whose low layer is ours.
 * Blocking; one connection thread. RFC 8314, 6125, 5246 (TLS ≥ 1.2).
 */
#include <gio/gio.h>
#include <libetpan/mailstream.h>

#include "backend/config.h"
#include "backend/error.h"

typedef struct Trace Trace;
typedef struct Connection Connection;

typedef struct ConnectionTarget {
	const Server *server;
	const char *ca_file; /* extra trust anchor or NULL */
	const char *
		pin; /* "sha256:<64 hex>" or NULL: replaces chain and expiry, not name and version */
} ConnectionTarget;

/* What a hung step may take, seconds. Tests shorten them. */
typedef struct ConnectionLimits {
	int connect, handshake, read; /* default 30, 30, 60 */
} ConnectionLimits;

/*
 * Connects and, for SECURITY_TLS, does the handshake. CANCEL (may be NULL) ends any wait within 200 ms.
 * Errors are sentences: "mail.example.org: the certificate is for other.example; not connected, nothing was sent".
 * TRACE may be NULL; it must outlive the connection.
 */
Connection *connection_open(const ConnectionTarget *target, const ConnectionLimits *limits,
	GCancellable *cancel, Trace *trace, GError **error);
void connection_close(Connection *connection); /* never waits for the peer */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Connection, connection_close)

/*
 * The handshake on a connection that stands (STARTTLS, STLS). Fails if a single byte was buffered or
 * is readable before it: "the server sent data before TLS".
 */
bool connection_start_tls(Connection *connection, GError **error);

bool connection_is_encrypted(const Connection *connection);
const char *connection_tls_version(const Connection *connection); /* "TLS 1.3" or NULL */

/*
 * Reads at most SIZE bytes, at least 1: -1 and an error at the end, a cut, a deadline or a cancel (never 0).
 * Writes all (buffered until the next read or flush). Both go through the mailstream.
 */
ssize_t connection_read(Connection *connection, void *buffer, size_t size, GError **error);
bool connection_write(Connection *connection, const void *bytes, size_t size, GError **error);
/* Hands all to the socket; what it does not take now goes out during the next read. Never waits. */
bool connection_flush(Connection *connection, GError **error);
/* Waits until all is sent; what the server says meanwhile is kept (16 MB) for the next read. */
bool connection_drain(Connection *connection, GError **error);
/* The server has said something whole: it gets its whole time again (a trickle of bytes does not). */
void connection_is_alive(Connection *connection);
/* Nothing came that was not read, nor the end: what an idle connection looks like. Never waits. */
bool connection_is_quiet(const Connection *connection);
const char *connection_host(const Connection *connection);
Trace *connection_trace(Connection *connection); /* may be NULL */

/* The bytes of the next write are secret: the trace shows *** instead. */
void connection_hide_next_write(Connection *connection);

/* The stream as libetpan sees it; belongs to CONNECTION. */
mailstream *connection_stream(Connection *connection);
