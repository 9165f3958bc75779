import { TIMEOUT_SECONDS, TOKEN_VARIABLE, type HttpCall } from '../contract'
import { indent } from '../indent'
import { jsonText } from '../json-text'

/** For C# 11 and later (.NET 7), as a program of top-level statements. */
export function csharp({ url, body }: HttpCall): string {
  const text = jsonText(body)
  const quotes = quotesAround(text)
  return `using System.Net.Http.Headers;
using System.Text;

var body = ${quotes}
${indent(text, 4)}
    ${quotes};
using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(${TIMEOUT_SECONDS}) };
client.DefaultRequestHeaders.Authorization =
    new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("${TOKEN_VARIABLE}"));
using var content = new StringContent(body, Encoding.UTF8, "application/json");
using var response = await client.PostAsync(${jsonText(url)}, content);
var answer = await response.Content.ReadAsStringAsync();
if (!response.IsSuccessStatusCode) throw new InvalidOperationException(answer);
Console.WriteLine(answer);
`
}

/** A raw text knows no escapes: it begins and ends with more quotes than stand together in it, three at least. */
function quotesAround(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/"+/g)].map(([run]) => run.length))
  return '"'.repeat(Math.max(3, longest + 1))
}
