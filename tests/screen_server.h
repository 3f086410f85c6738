#pragma once
/*
 * A mail server beside a test of the screen (screen_server.py, a process of its own): it can be given mail, stopped and
 * started again while the real agent is at it. One thread; what must succeed is asserted.
 */
#include "screen_profile.h"

typedef struct ScreenServer ScreenServer;

/* With three messages in its INBOX; PROFILE, which must outlive it, has the account "work" there from now on, and
 * no other. */
ScreenServer *screen_server_start(ScreenProfile *profile);
void screen_server_free(ScreenServer *server); /* ends it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScreenServer, screen_server_free)

/* One message more: "Number N", about SIZE bytes long. It lies there when this returns. */
void screen_server_add_mail(ScreenServer *server, unsigned number, unsigned size);

void screen_server_stop(ScreenServer *server); /* kills it: no connection is left, nobody listens */
void screen_server_resume(
	ScreenServer *server); /* on the same port, with the first three messages */
