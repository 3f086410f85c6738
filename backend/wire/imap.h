#pragma once
/*
 * An IMAP session (RFC 3501, 9051): commands pipelined by our own sender, answers read by one bounded
 * reader of logical lines and parsed by libetpan on closed buffers. Nothing of libetpan shows here.
 * Blocking; one connection thread. A broken limit or grammar that matters ends the session
 * (ACCOUNT_ERROR_REFUSED, "…: protocol error: …"); one line that cannot be read costs one message.
 */
#include <stdbool.h>
#include <stdint.h>

#include "backend/wire/connection.h"
#include "backend/wire/imap_lines.h"

typedef struct ImapSession ImapSession;

/*
 * Takes CONNECTION over; reads the greeting; STARTTLS first if the server's security says so; reads
 * capabilities (again after TLS and after login). PREAUTH before TLS, BYE and garbage are refused.
 */
ImapSession *imap_open(Connection *connection, const Server *server, GError **error);
void imap_close(ImapSession *session); /* LOGOUT is sent, its answer not waited for */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapSession, imap_close)

/* SASL PLAIN with initial response, else LOGIN. ACCOUNT_ERROR_AUTH with the server's words. */
bool imap_login(ImapSession *session, const char *user, const char *secret, GError **error);

unsigned imap_capabilities(
	const ImapSession *session); /* ImapCapability; QRESYNC only if the server enabled it */

void imap_set_handlers(ImapSession *session, const ImapHandlers *handlers, void *data);

/* Told of each line that is left out, whoever hears the others: WHY holds nothing of the server's. */
typedef void (*ImapOnSkipped)(const char *why, void *data);
void imap_set_on_skipped(ImapSession *session, ImapOnSkipped on_skipped, void *data);

/*
 * Puts a command into the pipeline and returns its tag; 0 and an error if an argument holds what may not
 * be sent. FORMAT is an ASCII command text in which %s stands for an astring (quoted, or a literal with
 * LITERAL+ where needed; CR, LF and NUL are refused) and %a for text sent as it is (sets, flag lists:
 * checked to hold no CR, LF, NUL). Nothing is waited for; written at the next imap_read.
 */
unsigned imap_send(ImapSession *session, GError **error, const char *format, ...);

/*
 * Reads lines and calls the handlers until one command is done. Commands end in the order of their tags.
 * MESSAGES: how many messages the commands under way asked for (the flood limit is 200,000 + 2 × that).
 */
bool imap_read(ImapSession *session, uint64_t messages, ImapDone *done, GError **error);

/*
 * Begins an APPEND (RFC 9051 §6.3.12) of FILE, read from its begin, a line end of LF sent as CRLF; read its answer by
 * imap_read. A literal that needs the server's word waits for it, and hears what is said before it. False with nothing
 * sent (the session is usable): ACCOUNT_ERROR_REFUSED, a NUL in the file; or the server refused before the literal: then
 * *refused is its answer, the caller's.
 */
bool imap_append(ImapSession *session, const char *folder, const char *flags, int64_t date,
	int file, ImapDone *refused, GError **error);

/* send + read for one command; result other than OK becomes ACCOUNT_ERROR_REFUSED "…: the server says: …". */
bool imap_command(ImapSession *session, GError **error, const char *format, ...);

/* SELECT if WRITING, else EXAMINE, which changes nothing. */
bool imap_select(ImapSession *session, const char *folder, bool writing, ImapSelected *selected,
	GError **error);

/* No command is under way and the session works; … and the server said nothing since. Never waits. */
bool imap_is_usable(const ImapSession *session);
bool imap_is_quiet(const ImapSession *session);
