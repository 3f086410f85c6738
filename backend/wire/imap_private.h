#pragma once
/*
 * What the files of an IMAP session share: the session (imap_session.c), the sender (imap_command.c), what an
 * untagged line means (imap_response.c, imap_fetch.c). Connection thread only.
 */
#include "backend/wire/imap.h"
#include "backend/wire/imap_scan.h"
#include "backend/wire/line_reader.h"

typedef struct EtpanParser EtpanParser; /* libetpan's grammar, on closed buffers (imap_fetch.c) */

struct ImapSession {
	/* constant after open */
	Connection *connection;
	const char *host; /* the connection's */
	LineReader *reader;
	EtpanParser *parser;

	/* connection thread only */
	ImapHandlers handlers;
	void *handlers_data;
	ImapOnSkipped on_skipped;
	void *skipped_data;
	unsigned capabilities;   /* ImapCapability */
	bool capabilities_known; /* since the last start, TLS or login */
	bool authenticated;
	unsigned last_tag, last_done; /* tags are 1, 2, 3 …; under way: (last_done, last_tag] */
	uint64_t untagged, untagged_limit; /* lines since the last tagged one */
	ImapSelected *selecting;           /* what EXAMINE's answer fills */
	ImapDone placed;                   /* COPYUID and APPENDUID of the command under way */
	bool qresync;                      /* the server said that it is enabled */
	GError *broken;                    /* why the session ended; nothing works after it */
};

/* A tagged, continuation or greeting line's parts. */
typedef struct ImapText {
	char *word; /* "OK", "NO", "BAD", "BYE", "PREAUTH" */
	char *code; /* inside [ ], or NULL */
	char *text; /* never NULL */
} ImapText;
void imap_text_clear(ImapText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImapText, imap_text_clear)
/* From the word on. False: it is no such line. */
bool imap_text_parse(const char *line, size_t length, ImapText *text);

/* imap_break.c: ends the session: "HOST: WHY". Always false. */
bool imap_break(ImapSession *session, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* One line is left out. Always true. */
bool imap_skip(ImapSession *session, const char *why);

/* What an untagged line says is told to the handlers. False: the session is broken. */
bool imap_on_untagged(ImapSession *session, const Line *line);
bool imap_on_fetch_line(ImapSession *session, const Line *line);
/* A code of an OK line or a tagged one: CAPABILITY, and what EXAMINE asks for. */
bool imap_on_code(ImapSession *session, const char *code);

EtpanParser *etpan_parser_new(void);
void etpan_parser_free(EtpanParser *parser);

/* Waits for the server's word to send a literal. False without an error: it refused, and this is its answer. */
bool imap_begin_literal(ImapSession *session, ImapDone *refused, GError **error);

/* imap_command.c: a command's text from FORMAT and arguments, without tag and CRLF. NULL: may not be sent. */
char *imap_command_text(
	unsigned capabilities, const char *format, va_list arguments, GError **error);
unsigned imap_send_text(ImapSession *session, const char *text, bool secret, GError **error);
unsigned imap_send_list(
	ImapSession *session, bool secret, GError **error, const char *format, va_list arguments);
