#include "ui/screen/events.h"

#include <glib-unix.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef struct Post {
	void (*function)(void *data);
	void *data;
} Post;

struct Events {
	EventFunction on_event;
	void *data;
	GAsyncQueue *posts; /* of Post; locks itself */
	int wake;
	guint source;
};

struct AgentLink {
	Events *events;
	Account *account;
	int number;
};

static gboolean
on_wake(gint fd, GIOCondition condition, gpointer data)
{
	Events *events = data;
	uint64_t told;
	if (read(fd, &told, sizeof(told)) > 0)
		events_deliver(events);
	return G_SOURCE_CONTINUE;
}

void
events_deliver(Events *events)
{
	Post *post;
	while ((post = g_async_queue_try_pop(events->posts))) {
		post->function(post->data);
		g_free(post);
	}
}

Events *
events_new(EventFunction on_event, void *data)
{
	Events *events = g_new0(Events, 1);
	events->on_event = on_event;
	events->data = data;
	events->posts = g_async_queue_new();
	events->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	events->source = g_unix_fd_add(events->wake, G_IO_IN, on_wake, events);
	return events;
}

void
events_free(Events *events)
{
	if (!events)
		return;
	events_deliver(events); /* what was posted owns memory */
	g_source_remove(events->source);
	close(events->wake);
	g_async_queue_unref(events->posts);
	g_free(events);
}

void
events_post(Events *events, void (*function)(void *data), void *data)
{
	Post *post = g_new(Post, 1);
	*post = (Post){ function, data };
	g_async_queue_push(events->posts, post);
	uint64_t one = 1;
	ssize_t ignored = write(events->wake, &one, sizeof(one));
	(void)ignored;
}

void
events_tell(Events *events, const Event *event)
{
	events->on_event(event, events->data);
}

static void
on_agent_event(Account *account, JsonObject *object, void *data)
{
	AgentLink *link = data;
	Event event = {
		.kind = EVENT_AGENT,
		.account = link->number,
		.name = json_text(object, "event"),
		.object = object,
	};
	if (event.name)
		events_tell(link->events, &event);
}

AgentLink *
events_open_agent(Events *events, const AccountConfig *config, const char *config_path, int account)
{
	AgentLink *link = g_new0(AgentLink, 1);
	link->events = events;
	link->number = account;
	AccountOptions options = {
		.start = ACCOUNT_START,
		.watch = true,
		.on_event = on_agent_event,
		.data = link,
	};
	link->account = account_open(config, config_path, &options);
	return link;
}

void
agent_link_close(AgentLink *link)
{
	if (!link)
		return;
	account_close(link->account);
	g_free(link);
}

Account *
agent_link_account(AgentLink *link)
{
	return link->account;
}
