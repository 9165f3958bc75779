// What the guide has, in reading order.
export interface GuidePage {
  slug: string
  title: string
  description: string
}

export const GUIDE_PAGES: readonly GuidePage[] = [
  { slug: 'getting-started', title: 'Getting started', description: 'From one command to a prediction of your own model.' },
  { slug: 'roles', title: 'Roles and permissions', description: 'Who may do what, people and programs.' },
  { slug: 'tokens', title: 'Tokens', description: 'How programs call Flightdeck.' },
  { slug: 'registering', title: 'Registering a version', description: 'The file, its metadata and its reference data.' },
  { slug: 'remote', title: 'Versions on other servers', description: 'KServe, MLflow, SageMaker and others as the engine, Flightdeck as the control plane.' },
  { slug: 'predicting', title: 'Predictions, outcomes and KPI events', description: 'What an application sends and gets.' },
  { slug: 'batch', title: 'Batch jobs', description: 'Whole files and queries, scored at once or every night.' },
  { slug: 'protocols', title: 'Other servers’ protocols', description: 'Clients of KServe, Triton, MLServer, MLflow and others, unchanged.' },
  { slug: 'edge', title: 'At the edge', description: 'A model in one folder, without network; Triton and KServe as the engine.' },
  { slug: 'limits', title: 'Limits and usage', description: 'What callers may ask for, how long it may take, and what was used at what cost.' },
  { slug: 'releasing', title: 'Promotion and rollback', description: 'How a version comes into service, and the way back.' },
  { slug: 'monitoring', title: 'Monitoring and incidents', description: 'Drift, volume, errors, accuracy, and who is told.' },
  { slug: 'explanations', title: 'Explanations', description: 'Why a model answers what it answers: how exactly, for which predictions, and over many of them.' },
  { slug: 'reasons', title: 'Reasons and letters', description: 'How decisions are told to people, and what a customer is written.' },
  { slug: 'audit', title: 'The audit chain', description: 'What is recorded, and how to prove that nothing was altered.' },
  { slug: 'evidence', title: 'Evidence', description: 'A decision in one signed file, and how anybody verifies it.' },
  { slug: 'command-line', title: 'The command line', description: 'npx flightdeck, for pipelines and for the machine itself.' },
  { slug: 'running', title: 'Running it', description: 'Settings, backup, Postgres, upgrades, reverse proxy, health.' },
  { slug: 'problems', title: 'Problems', description: 'Every code an error can have, and what to do.' },
]
