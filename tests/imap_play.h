#pragma once
/*
 * An IMAP session with a fake server, whose handlers write all they are told as text, one line each.
 */
#include <glib.h>

#include "backend/wire/imap.h"
#include "tests/fake_server.h"

typedef struct ImapPlay {
	FakeServer *server;
	ImapSession *session; /* NULL: it could not be opened, see ERROR */
	GString *heard;       /* "fetch 1 uid 7 flags S" … */
	GError *error;        /* of the last call that failed */
	int stop_after;       /* handlers say no after so many lines; 0: never */
	int lines;
} ImapPlay;

/* Security PLAIN unless CREDENTIALS are given, then STARTTLS. */
ImapPlay *imap_play_open(
	const FakeStep *steps, gnutls_certificate_credentials_t credentials, const char *ca_file);
void imap_play_free(ImapPlay *play);

/* Sends NOOP and reads its answer. */
bool imap_play_noop(ImapPlay *play);
/* Fails the test unless the last error is CODE and holds WORDS. */
void imap_play_assert_error(const ImapPlay *play, const char *row, int code, const char *words);
/* Ends the session and joins the server; fails the test if it went against the script. */
void imap_play_end(ImapPlay *play, const char *row);

/* The first steps of every script: a session that needs no login. */
#define IMAP_PLAY_PREAUTH "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n"
