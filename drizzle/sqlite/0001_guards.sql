-- Written by hand: what the database itself refuses, whatever the code does.
create trigger audit_events_no_update before update on audit_events begin select raise(abort, 'audit events are append-only'); end;
--> statement-breakpoint
create trigger audit_events_no_delete before delete on audit_events begin select raise(abort, 'audit events are append-only'); end;
--> statement-breakpoint
create trigger releases_no_update before update on releases begin select raise(abort, 'releases are append-only'); end;
--> statement-breakpoint
create trigger releases_no_delete before delete on releases begin select raise(abort, 'releases are append-only'); end;
--> statement-breakpoint
create trigger release_arms_no_update before update on release_arms begin select raise(abort, 'releases are append-only'); end;
--> statement-breakpoint
create trigger release_arms_no_delete before delete on release_arms begin select raise(abort, 'releases are append-only'); end;
--> statement-breakpoint
create trigger approvals_no_update before update on approvals begin select raise(abort, 'approvals are append-only'); end;
--> statement-breakpoint
create trigger approvals_no_delete before delete on approvals begin select raise(abort, 'approvals are append-only'); end;
--> statement-breakpoint
create trigger gate_results_no_update before update on gate_results begin select raise(abort, 'gate results are append-only'); end;
--> statement-breakpoint
create trigger gate_results_no_delete before delete on gate_results begin select raise(abort, 'gate results are append-only'); end;
--> statement-breakpoint
create trigger guardrails_no_update before update on guardrails begin select raise(abort, 'guardrail revisions are append-only'); end;
--> statement-breakpoint
create trigger guardrails_no_delete before delete on guardrails begin select raise(abort, 'guardrail revisions are append-only'); end;
--> statement-breakpoint
create trigger policies_no_update before update on policies begin select raise(abort, 'policy revisions are append-only'); end;
--> statement-breakpoint
create trigger policies_no_delete before delete on policies begin select raise(abort, 'policy revisions are append-only'); end;
--> statement-breakpoint
create trigger versions_immutable before update of id, model_id, number, artifact_hash, signature, lineage, created_at, created_by on versions begin select raise(abort, 'versions are immutable'); end;
--> statement-breakpoint
create trigger versions_no_delete before delete on versions begin select raise(abort, 'versions are immutable'); end;
--> statement-breakpoint
create trigger promotions_born_pending before insert on promotions
when new.status <> 'pending'
begin select raise(abort, 'a promotion starts as pending'); end;
--> statement-breakpoint
create trigger promotions_policy before insert on promotions
when new.required_approvals < (select required_approvals from environments where name = new.environment)
begin select raise(abort, 'a promotion needs at least the approvals of its environment'); end;
--> statement-breakpoint
create trigger promotions_fixed before update of id, model_id, version_id, environment, plan, required_approvals, requested_by, requested_at on promotions
begin select raise(abort, 'a promotion request cannot be changed'); end;
--> statement-breakpoint
create trigger promotions_decided_once before update of status on promotions
when old.status <> 'pending'
begin select raise(abort, 'this promotion was already decided'); end;
--> statement-breakpoint
create trigger promotions_approved before update of status on promotions
when new.status = 'approved' and (
  (select count(*) from approvals where promotion_id = new.id and decision = 'approve' and user_id <> new.requested_by) < new.required_approvals
  or exists (select 1 from gate_results where promotion_id = new.id and verdict = 'failed'))
begin select raise(abort, 'a promotion needs its approvals by other people and no failed gate'); end;
--> statement-breakpoint
create trigger release_arms_approved before insert on release_arms
when not exists (
  select 1 from promotions join releases on releases.id = new.release_id
  where promotions.model_id = releases.model_id and promotions.environment = releases.environment
    and promotions.version_id = new.version_id and promotions.status = 'approved')
begin select raise(abort, 'a version without an approved promotion cannot serve'); end;
--> statement-breakpoint
insert into audit_head (id, sequence, hash) values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
--> statement-breakpoint
insert into environments (name, position, description, required_approvals) values ('staging', 1, 'Try a version with real calls before it counts', 0), ('production', 2, 'What the business relies on', 1);
