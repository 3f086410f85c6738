#pragma once
/*
 * The one way to the UI thread: what worker threads finished and what agents say arrives here, on the
 * GLib loop, and nowhere else.
 */
#include <glib.h>

#include "backend/account.h"

typedef struct Events Events;

typedef enum EventKind {
	EVENT_AGENT,    /* an agent said something: NAME and OBJECT of the protocol (account.h) */
	EVENT_FOLDERS,  /* the folders and their counters were read anew */
	EVENT_ANSWERED, /* a question was answered: something may look different now */
	EVENT_MAIL,     /* rows may have changed: of ACCOUNT, or of any (-1) */
} EventKind;

/* Borrowed for the call. */
typedef struct Event {
	EventKind kind;
	int account; /* number of the account; -1: any */
	const char *name;
	JsonObject *object;
} Event;

typedef void (*EventFunction)(const Event *event, void *data);

/* ON_EVENT is called on this thread's default main context. */
Events *events_new(EventFunction on_event, void *data);
void events_free(Events *events); /* after all threads that post have ended */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Events, events_free)

/* Any thread: FUNCTION is called with DATA on the UI thread, in the order of the posts. */
void events_post(Events *events, void (*function)(void *data), void *data);

/* UI thread: calls all that was posted, now. */
void events_deliver(Events *events);

/* UI thread: an event of our own. */
void events_tell(Events *events, const Event *event);

/* Opens the client of an account's agent; what it says becomes EVENT_AGENT with this number. CONFIG and
 * EVENTS must outlive it. The caller owns it. */
typedef struct AgentLink AgentLink;
AgentLink *events_open_agent(
	Events *events, const AccountConfig *config, const char *config_path, int account);
void agent_link_close(AgentLink *link);
Account *agent_link_account(AgentLink *link);
