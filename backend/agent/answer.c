#include "backend/agent/answer.h"

#include "backend/error.h"

JsonObject *
answer_new(int64_t id)
{
	JsonObject *answer = json_object_new();
	json_set_number(answer, "id", id);
	json_set_truth(answer, "ok", true);
	return answer;
}

void
answer_refuse(AgentClient *client, int64_t id, const char *code, const char *sentence)
{
	g_autoptr(JsonObject) answer = json_object_new();
	json_set_number(answer, "id", id);
	json_set_truth(answer, "ok", false);
	json_set_text(answer, "code", code);
	json_set_text(answer, "error", sentence);
	agent_client_send(client, answer);
}

void
answer_refuse_error(AgentClient *client, int64_t id, const GError *error)
{
	int code = error->domain == ACCOUNT_ERROR ? error->code : ACCOUNT_ERROR_FAILED;
	answer_refuse(client, id, account_error_word(code), error->message);
}

void
answer_ok(AgentClient *client, int64_t id)
{
	g_autoptr(JsonObject) answer = answer_new(id);
	agent_client_send(client, answer);
}
