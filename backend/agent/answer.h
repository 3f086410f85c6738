#pragma once
/*
 * Answers to a client's question, by its id. Main thread only.
 */
#include "backend/agent/server.h"

/* One that says "ok", to add members to. The caller owns it. */
JsonObject *answer_new(int64_t id);

void answer_ok(AgentClient *client, int64_t id);
/* CODE: a word of error.h. */
void answer_refuse(AgentClient *client, int64_t id, const char *code, const char *sentence);
void answer_refuse_error(AgentClient *client, int64_t id, const GError *error);
