#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backend/wire/imap_private.h"

/* A message goes out as it is read: LF lines become CRLF, and its size is counted first. */
enum { PIECE = 64 << 10, LITERAL_MINUS_MOST = 4096 };

typedef bool (*OnPiece)(const char *bytes, size_t size, void *data, GError **error);

/* Hands out FILE as it is on the wire. */
static bool
read_wire(int file, OnPiece on_piece, void *data, GError **error)
{
	g_autofree char *bytes = g_malloc(PIECE);
	g_autoptr(GString) wire = g_string_sized_new(PIECE * 2);
	char last = 0;
	off_t at = 0;
	ssize_t got;
	while ((got = pread(file, bytes, PIECE, at)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FULL,
				"cannot read the message's file: %s", g_strerror(errno));
			return false;
		}
		at += got;
		g_string_truncate(wire, 0);
		for (ssize_t i = 0; i < got; i++) {
			if (bytes[i] == '\n' && last != '\r')
				g_string_append_c(wire, '\r');
			g_string_append_c(wire, last = bytes[i]);
		}
		if (!on_piece(wire->str, wire->len, data, error))
			return false;
	}
	return true;
}

static bool
count(const char *bytes, size_t size, void *data, GError **error)
{
	*(uint64_t *)data += size;
	if (!memchr(bytes, 0, size))
		return true;
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED,
		"this message has a NUL byte, which no server takes");
	return false;
}

static bool
send_piece(const char *bytes, size_t size, void *data, GError **error)
{
	ImapSession *session = data;
	return connection_write(session->connection, bytes, size, error) &&
	       connection_drain(session->connection, error);
}

static char *
date_text(int64_t date)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t seconds = (time_t)CLAMP(date, 0, 253402300799);
	struct tm parts;
	gmtime_r(&seconds, &parts);
	return g_strdup_printf("\"%2d-%s-%04d %02d:%02d:%02d +0000\"", parts.tm_mday,
		months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
		parts.tm_sec);
}

bool
imap_append(ImapSession *session, const char *folder, const char *flags, int64_t date, int file,
	ImapDone *refused, GError **error)
{
	uint64_t size = 0;
	if (!read_wire(file, count, &size, error))
		return false;
	unsigned can = session->capabilities;
	bool at_once =
		can & IMAP_LITERAL_PLUS || (can & IMAP_LITERAL_MINUS && size <= LITERAL_MINUS_MOST);
	g_autofree char *when = date_text(date);
	g_autofree char *literal =
		g_strdup_printf("{%" G_GUINT64_FORMAT "%s}", size, at_once ? "+" : "");
	if (!imap_send(session, error, "APPEND %s (%a) %a %a", folder, flags, when, literal) ||
		(!at_once && !imap_begin_literal(session, refused, error)))
		return false;
	g_autoptr(GError) failure = NULL;
	if (read_wire(file, send_piece, session, &failure) &&
		connection_write(session->connection, "\r\n", 2, &failure))
		return true;
	/* half a literal is out: whatever comes next would be taken for the message */
	imap_break(session, failure->code, "%s", failure->message);
	g_propagate_error(error, g_steal_pointer(&failure));
	return false;
}
