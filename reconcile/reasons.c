/* From what entitled somebody to the reasons that a plan shows. */
#include "reconcile/reasons.h"

struct reason *
reasons_alloc(struct world *world, struct change *change, size_t n)
{
	struct reason *reasons = plan_alloc(world->plan, n * sizeof *reasons);
	const struct reason **list = plan_alloc(world->plan, n * sizeof *list);
	for (size_t i = 0; i < n; i++)
		list[i] = &reasons[i];
	change->reasons = list;
	change->n_reasons = n;
	return reasons;
}

void
reason_fill(struct world *world, struct reason *reason, uint32_t number, struct interval span)
{
	const struct raw_reason *raw = &g_array_index(
	    world->entitled->reasons, struct raw_reason, number);
	const struct intern *texts = world->entitled->texts;
	const struct rule *rule = raw->rule != INTERN_NONE
				      ? g_ptr_array_index(world->config->rules, raw->rule)
				      : NULL;
	*reason = (struct reason){
	    .source = plan_text(world->plan, world->policies[raw->source].name),
	    .file = plan_text(world->plan, world_file(world, raw)),
	    .record = plan_text(world->plan, intern_text(texts, raw->record)),
	    .rule = plan_text(world->plan, rule != NULL ? rule->name : NULL),
	    .row = raw->row,
	    .kind = raw->kind,
	    .span = span,
	    .content = raw->content};
}

void
reason_fill_giver(struct world *world, struct reason *reason, const struct giver *giver)
{
	*reason = (struct reason){.source = plan_text(world->plan, giver->source),
	    .file = "",
	    .record = plan_text(world->plan, giver->record),
	    .rule = plan_text(world->plan, giver->rule),
	    .kind = (uint32_t)giver->record_kind,
	    .span = giver->span,
	    .content = giver->content};
}
