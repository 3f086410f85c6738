#include "backend/agent/agent_private.h"

typedef struct Question {
	Agent *agent;
	DiskAsk ask;
	void *data;
	AgentThen then;
	GDestroyNotify free;
	GError *error;
} Question;

static void
question_free(void *data)
{
	Question *question = data;
	if (question->free)
		question->free(question->data);
	g_clear_error(&question->error);
	g_free(question);
}

/* Disk thread. */
static bool
run_question(Store *store, void *data, GError **error)
{
	const Question *question = data;
	return question->ask(store, question->data, error);
}

static gboolean
on_answer(void *data)
{
	const Question *question = data;
	question->agent->deeds--;
	question->then(question->agent, question->data, question->error);
	return G_SOURCE_REMOVE;
}

/* Disk thread. */
static void
on_done(void *data, const GError *error)
{
	((Question *)data)->error = error ? g_error_copy(error) : NULL;
	g_idle_add_full(G_PRIORITY_DEFAULT, on_answer, data, question_free);
}

void
agent_ask_disk(Agent *agent, DiskAsk ask, void *data, AgentThen then, GDestroyNotify free)
{
	Question *question = g_new0(Question, 1);
	*question = (Question){ agent, ask, data, then, free, NULL };
	agent->deeds++;
	disk_tell(agent->disk, run_question, question, on_done);
}
